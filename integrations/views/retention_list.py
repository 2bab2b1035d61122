"""保存期間を過ぎた社員: the setting, the list, and deleting whom an administrator has looked at."""

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.form_words import InWords
from accounts.methods import require_form
from accounts.pagination import page_of
from accounts.reauthentication import asks_password_again
from accounts.requests import row_numbers
from accounts.rights import for_administrators
from employees.deletion import Selection
from employees.deletion_views import confirm_deletion
from employees.models import EmployeeQuerySet
from integrations.models import PrivacySettings
from integrations.screens.retention_list import due, undated
from integrations.views.one_row import submit


class RetentionForm(InWords, ModelForm):
    class Meta:
        model = PrivacySettings
        fields = ("retention_months",)


def due_now() -> EmployeeQuerySet:
    """Whom the list shows today."""
    months = PrivacySettings.objects.values_list("retention_months", flat=True).first()
    return due(months, timezone.localdate())


@for_administrators
@require_form
def show_retention_list(request: HttpRequest) -> HttpResponse:
    """Who is due, and after how many months that is."""
    form, is_saved = submit(request, RetentionForm, PrivacySettings.objects)
    if is_saved:
        messages.success(request, "保存期間の設定を保存しました")
        return redirect("integrations:retention")
    people = due_now().select_related("department").order_by("last_name_kana", "first_name_kana", "pk")
    context = {"form": form, "page": page_of(people, request), "undated": undated().count()}
    return render(request, "integrations/retention.html", context)


@for_administrators
@asks_password_again
@require_form
def delete_due(request: HttpRequest) -> HttpResponse:
    """The people of the list whom the address names, or all; the number must be typed: nobody just clicks."""

    def select() -> Selection:
        people = due_now()
        if not request.GET.get("all"):
            people = people.filter(pk__in=row_numbers(request.GET.getlist("person")))
        return Selection.of(people, by=request.user)

    return confirm_deletion(
        request,
        select,
        template="integrations/retention_delete.html",
        context={},
        back="integrations:retention",
        detail={"what": "retention"},
        always_typed=True,
    )
