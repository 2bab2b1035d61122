from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from employees.models import SEARCHED, Employee, FormerIdentity, IdentityDecision


@admin.register(Employee)
class EmployeeAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "email", "employee_number", "department", "is_retired", "missing_since")
    list_select_related = ("department",)
    list_filter = ("employment_type", "is_retired")
    search_fields = SEARCHED  # type: ignore[assignment]  # two in brackets are one text, as `mentions` takes them


@admin.register(IdentityDecision)
class IdentityDecisionAdmin(ReadOnlyAdmin):
    list_display = ("employee", "employee_number", "email", "is_same", "decided_by", "decided_at")
    list_select_related = ("employee", "decided_by")
    list_filter = ("is_same",)


@admin.register(FormerIdentity)
class FormerIdentityAdmin(ReadOnlyAdmin):
    list_display = ("employee", "email", "employee_number", "last_name", "first_name", "changed_at")
    list_select_related = ("employee",)
