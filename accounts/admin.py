"""Django's admin is for looking: what people can do, they do on our own pages, which write it into the audit trail."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from accounts.models import AuditEntry, Role
from accounts.requests import person
from accounts.search import mentions
from accounts.viewing_log import record_view

HERE = "Django管理サイト"
FILTERS = {"", "exact", "in", "isnull"}  # what Django's own filters of a page end in


class ReadOnlyAdmin(admin.ModelAdmin):
    """Look, do not touch. Who looks at results is written down (閲覧)."""

    lists_results = False  # whether the list tells of anybody's results

    def looked_at(self, row: Any) -> Model | None:  # noqa: ARG002 - for those that show results
        """That at whose results one looks who opens the row, None where it has none."""
        return None

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row for its page or its history, by whatever spelling of its number it was found."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and (shown := self.looked_at(row)) is not None:
            record_view(person(request), on=shown)
        return row

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.lists_results:
            record_view(person(request), what=f"{self.opts.verbose_name_plural}の一覧", label=HERE)
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """As our own lists search: in any spelling."""
        fields = self.get_search_fields(request)
        return queryset.filter(mentions(search_term, *fields)) if fields else queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        """Only what a filter on the page asks for: any other look-up reads what no page shows, letter by letter."""
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
