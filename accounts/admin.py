"""Django's admin is for looking: what people can do, they do on our own pages, which write it into the audit trail."""

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from accounts.models import AuditEntry, Role


class ReadOnlyAdmin(admin.ModelAdmin):
    """Look, do not touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - as above
        return False


admin.site.unregister((User, Group))


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "last_name", "first_name", "email", "is_active", "is_superuser", "last_login")
    search_fields = ("username", "last_name", "first_name", "email")
    fields = (
        *("username", "last_name", "first_name", "email", "is_active", "is_superuser", "groups"),
        *("date_joined", "last_login"),
    )


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ("name",)
    fields = ("name",)


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "is_limited")
    list_select_related = ("group",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "what", "label", "address")
    list_filter = ("action",)
    search_fields = ("actor", "label")
