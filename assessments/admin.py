from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.admin import ReadOnlyAdmin
from accounts.requests import person as whoever_asks
from accounts.viewing import record_view
from assessments.models import Assessment, PersonalityType, ProtectedName, Scale


@admin.register(PersonalityType)
class PersonalityTypeAdmin(ReadOnlyAdmin):
    list_display = ("name", "japanese_name", "category", "code", "order")


@admin.register(Scale)
class ScaleAdmin(ReadOnlyAdmin):
    list_display = ("name", "category", "kaonavi_item", "is_kept", "code", "order")
    list_filter = ("category", "kaonavi_item", "is_kept")


@admin.register(ProtectedName)
class ProtectedNameAdmin(ReadOnlyAdmin):
    list_display = ("name",)


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ("employee", "title", "taken_on", "personality_type")
    list_select_related = ("employee", "personality_type")
    search_fields = ("employee__last_name", "employee__email", "employee__employee_number", "title")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of one result shows all of it: that somebody looks is written down."""
        response = super().change_view(request, object_id, *args, **kwargs)
        if (result := self.get_object(request, object_id)) is not None:
            record_view(whoever_asks(request), on=result)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list shows the 16タイプ of many."""
        record_view(whoever_asks(request), what="検査結果の一覧", label="Django管理サイト")
        return super().changelist_view(request, extra_context)
