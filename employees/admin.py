from django.contrib import admin

from employees.models import Employee


@admin.register(Employee)
class EmployeeAdmin(admin.ModelAdmin):
    list_display = ("full_name", "email", "employee_number", "department", "is_retired", "missing_since")
    list_select_related = ("department",)
    list_filter = ("employment_type", "is_retired")
    search_fields = ("last_name", "first_name", "last_name_kana", "first_name_kana", "email", "employee_number")
    autocomplete_fields = ("department",)
    readonly_fields = ("retirement_source", "last_seen_at", "missing_since")
