"""自社社員管理: the list, a person's page, add, edit, メールアドレスを変更する. Deleting is in `deletion_views`."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.methods import require_form
from accounts.pagination import page_of
from accounts.partials import render_part_or_page
from accounts.rights import Right, needs
from departments.scope import reach
from employees.chosen import listing_of
from employees.forms import EmployeeForm, MailForm, NewEmployeeForm
from employees.models import Employee, EmployeeQuerySet
from employees.search import COLUMNS
from employees.shortcuts import shortcuts_of

# A unique address that somebody took a moment ago, or a department that somebody deleted a moment ago.
CROSSED = "同じときに行われたほかの操作と重なったため、保存できませんでした。内容を確かめて、もう一度保存してください。"

FLAG = "is_retired"


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def list_employees(request: HttpRequest) -> HttpResponse:
    """The list as the address says; for htmx the table alone."""
    listing = listing_of(request)
    shortcuts, number = shortcuts_of(listing)
    page = page_of(listing.people(), request, number=number, whole=Employee.objects.select_related("department"))
    pressed = {shortcut.parameter for shortcut in shortcuts if shortcut.is_set}
    changed = [reach(request.user, right) for right in (Right.EDIT_EMPLOYEES, Right.DELETE_EMPLOYEES)]
    context = {
        "page": page,
        "listing": listing,
        "shortcuts": shortcuts,
        "filters_in_use": [told for parameter, *told in listing.in_use if parameter not in pressed],
        "columns": COLUMNS,
        "selectable": {
            person.pk for person in page if any(where is None or person.department_id in where for where in changed)
        },
        "are_ticked": any(where is None or where for where in changed),
        "is_all_selected": request.GET.get("select") == "page",
    }
    return render_part_or_page(
        request, part="employees/_employee_table.html", page="employees/list.html", context=context
    )


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def count_employees(request: HttpRequest) -> HttpResponse:
    """How many people the list has as the address says: for a number that the list did not wait for."""
    return HttpResponse(f"{listing_of(request).narrowed().count():,}", content_type="text/plain; charset=utf-8")


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def show_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: data, where カオナビ stands, results, history."""
    person = get_object_or_404(Employee.objects.open_to(request.user).select_related("department"), pk=pk)
    return render(request, "employees/detail.html", {"person": person})


@needs(Right.EDIT_EMPLOYEES)
@require_form
def add_employee(request: HttpRequest) -> HttpResponse:
    """A person by hand."""
    form = NewEmployeeForm(request.POST or None, reach=reach(request.user, Right.EDIT_EMPLOYEES))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.write()
                person = form.instance
                audit.record(audit.Action.CREATED, by=request.user, on=person)
        except IntegrityError:
            form.add_error(None, CROSSED)
        else:
            messages.success(request, f"{person.full_name}さんを登録しました")
            return redirect(person)
    note_refusal(request, None, form)
    return render(request, "employees/add.html", {"form": form})


@needs(Right.EDIT_EMPLOYEES)
@require_form
def edit_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit by hand, 退職者フラグ among it."""
    person = get_object_or_404(editable(request), pk=pk)
    form = EmployeeForm(request.POST or None, instance=person, reach=reach(request.user, Right.EDIT_EMPLOYEES))
    if request.method == "POST":
        try:
            with transaction.atomic():
                # the row as it is now: nobody changes or deletes it from here on
                form.instance = get_object_or_404(editable(request).lock(), pk=pk)
                is_saved = form.is_valid()
                if is_saved and (changed := sorted(form.write())):
                    detail = told_of(form.instance, changed)
                    audit.record(audit.Action.EDITED, by=request.user, on=form.instance, detail=detail)
        except IntegrityError:
            form.add_error(None, CROSSED)
        else:
            if is_saved:
                messages.success(request, "社員情報を保存しました")
                return redirect(person)
        note_refusal(request, person, form)
    return render(request, "employees/edit.html", {"person": person, "form": form})


def told_of(person: Employee, fields: list[str]) -> dict[str, Any]:
    """For the audit trail, from which nothing can be erased: no value of the person but the flag, which is an order."""
    told: dict[str, Any] = {"fields": [name for name in fields if name != FLAG]}
    return told | {"changes": {FLAG: [not person.is_retired, person.is_retired]}} if FLAG in fields else told


@needs(Right.EDIT_EMPLOYEES)
@require_form
def change_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """メールアドレスを変更する: ask for the new address, say what it means, and on the confirmation change it."""
    person = get_object_or_404(editable(request), pk=pk)
    form = MailForm(request.POST or None, person=person, reach=reach(request.user, Right.EDIT_EMPLOYEES))
    is_asked = request.method == "POST" and form.is_valid()
    note_refusal(request, person, form)
    if is_asked and form.is_confirmed:
        try:
            if store_mail(request, person, form.cleaned_data["email"]):
                messages.success(request, "メールアドレスを変更しました")
                return redirect(person)
        except IntegrityError:
            form.add_error("email", CROSSED)
            is_asked = False
    return render(request, "employees/mail.html", {"person": person, "form": form, "is_asked": is_asked})


def store_mail(request: HttpRequest, person: Employee, mail: str) -> bool:
    """Write the new address, unless the old one is not `person`'s any more. Raises IntegrityError when it is taken."""
    with transaction.atomic():
        now = get_object_or_404(editable(request).lock(), pk=person.pk)
        if now.email != person.email:
            person.email = now.email
            return False
        now.email = mail
        now.save(update_fields=["email"])
        audit.record(audit.Action.MAIL_CHANGED, by=request.user, on=now)
    return True


def note_refusal(request: HttpRequest, on: Employee | None, form: EmployeeForm | MailForm) -> None:
    """Write down that somebody tried to give a value of a person whom they may not edit."""
    if form.refused:
        detail = {"fields": form.refused}
        audit.record(audit.Action.REFUSED, by=request.user, on=on, what="" if on else "社員", detail=detail)


def editable(request: HttpRequest) -> EmployeeQuerySet:
    """The people whom whoever asks may edit."""
    people: EmployeeQuerySet = Employee.objects.open_to(request.user, Right.EDIT_EMPLOYEES)
    return people
