"""Django's admin is for looking: what people can do, they do on our own pages, which write it into the audit trail."""

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from accounts.models import AuditEntry, Role

FILTERS = {"", "exact", "in", "isnull"}  # what Django's own filters of a page end in


class ReadOnlyAdmin(admin.ModelAdmin):
    """Look, do not touch."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        """Only what a filter on the page asks for: a look-up of one's own reads what no page shows, letter by letter."""
        field, _, how = lookup.partition("__")
        return field in self.get_list_filter(request) and how in FILTERS

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
