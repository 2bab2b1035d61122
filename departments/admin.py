from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from departments.models import Department


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "parent", "order", "last_seen_at", "missing_since")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
