"""設定 > 同期の例外: the list, setting one, changing and ending it, and the list as a file."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.methods import require_form, require_post
from accounts.pagination import page_of
from accounts.requests import person as whoever_asks
from accounts.requests import row_numbers, sent
from accounts.rights import for_administrators
from employees.models import Employee
from integrations import sync_exceptions
from integrations.exception_forms import ExceptionForm, PeopleExceptionForm, ScopeForm
from integrations.models import SyncException
from integrations.screens.exception_list import TITLE, ExceptionList, beyond, rows_of, table_of
from integrations.views.attachment import table_as_file

Kind = SyncException.Kind
CROSSED = "選んだ社員または部署を、ほかの人が同時に削除したため、設定しませんでした。内容を確かめて、もう一度設定してください。"


@for_administrators
@require_safe
def list_exceptions(request: HttpRequest) -> HttpResponse:
    """The list as the address says, and what each kind does."""
    listing = ExceptionList(request.GET)
    page = page_of(listing.found(), request)
    scope = SyncException.objects.in_force(timezone.localdate()).filter(kind=Kind.SCOPE).first()
    context = {
        "listing": listing,
        "page": page,
        "rows": list(rows_of(page.object_list)),
        "scope": scope,
        "beyond": beyond(scope) if scope else 0,
    }
    return render(request, "integrations/exceptions.html", context)


@for_administrators
@require_safe
def download_exceptions(request: HttpRequest, *, extension: str) -> HttpResponseBase:
    """All that the filter leaves."""
    now = timezone.now()
    found = ExceptionList(request.GET).found()
    rows = found.count()
    detail = {"what": "exceptions", "format": extension, "rows": rows}
    audit.record(audit.Action.DOWNLOADED, by=request.user, what=TITLE, label=TITLE, detail=detail)
    table = table_of(found, {"内容": TITLE, "作成日時": now, "件数": rows})
    return table_as_file(table, extension, f"{TITLE}_{timezone.localtime(now):%Y%m%d-%H%M}")


@for_administrators
@require_form
def add_exception(request: HttpRequest, *, kind: str) -> HttpResponse:
    """Set one for the person whom the address names, or for those whom the form does."""
    if kind not in {Kind.EXCLUDED, Kind.PINNED, Kind.NOT_SENT}:
        raise Http404
    numbers = row_numbers([request.GET.get("person", "")])
    person = get_object_or_404(Employee, pk=numbers[0]) if numbers else None
    form = PeopleExceptionForm(sent(request), kind=kind, person=person)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            count = sync_exceptions.set_for(
                form.whom,
                Kind(kind),
                item=said.get("item", ""),
                reason=said["reason"],
                until=said["until"],
                by=whoever_asks(request),
            )
        except IntegrityError:
            form.add_error(None, CROSSED)
        else:
            messages.success(request, f"{count:,}件の「{Kind(kind).label}」を設定しました。次の実行から反映されます。")
            return redirect(person.get_absolute_url() if person else reverse("integrations:exceptions"))
    context = {"form": form, "kind": Kind(kind), "person": person, "back": way_back(person)}
    return render(request, "integrations/exception.html", context)


@for_administrators
@require_form
def edit_scope(request: HttpRequest) -> HttpResponse:
    """連携の範囲, of which there is one."""
    scope = SyncException.objects.filter(kind=Kind.SCOPE).first()
    form = ScopeForm(sent(request), exception=scope)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            sync_exceptions.set_scope(
                form.content, reason=said["reason"], until=said["until"], by=whoever_asks(request)
            )
        except IntegrityError:
            form.add_error(None, CROSSED)
        else:
            messages.success(request, "連携の範囲を設定しました。次の社員情報の同期から反映されます。")
            return redirect("integrations:exceptions")
    return render(request, "integrations/exception_scope.html", {"form": form, "exception": scope})


@for_administrators
@require_form
def edit_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Reason and last day of one that is set."""
    exception = get_object_or_404(SyncException.objects.select_related("employee", "made_by"), pk=pk)
    if exception.kind == Kind.SCOPE:
        return redirect("integrations:scope")
    form = ExceptionForm(sent(request), kind=exception.kind, exception=exception)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            exception = still_set(pk)
            sync_exceptions.change(exception, reason=said["reason"], until=said["until"], by=whoever_asks(request))
        messages.success(request, f"「{exception.label}」の内容を変更しました")
        return redirect("integrations:exceptions")
    (row,) = rows_of([exception])
    context = {"form": form, "exception": exception, "row": row, "kind": Kind(exception.kind), "back": way_back(None)}
    return render(request, "integrations/exception.html", context)


@for_administrators
@require_post
def end_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """It holds no more from now on."""
    person = Employee.objects.filter(pk__in=row_numbers([request.POST.get("from", "")])).first()
    with transaction.atomic():
        exception = still_set(pk)
        sync_exceptions.end(exception, by=whoever_asks(request))
    messages.success(request, f"「{exception.label}」を終了しました。次の実行から反映されます。")
    return redirect(way_back(person))


def still_set(pk: int) -> SyncException:
    """It as it is now, locked until the transaction ends; 404 where somebody else has just ended it."""
    return get_object_or_404(SyncException.objects.select_related("employee").lock(), pk=pk)


def way_back(person: Employee | None) -> str:
    return person.get_absolute_url() if person else reverse("integrations:exceptions")
