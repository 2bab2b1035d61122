from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from assessments.models import Assessment, Judgement, PersonalityType, ProtectedName, Scale


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
    search_fields = (
        "employee__last_name",
        "employee__first_name",
        "employee__email",
        "employee__employee_number",
        "title",
    )
    lists_results = True

    def looked_at(self, row: Assessment) -> Assessment:
        return row


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    list_display = ("assessment", "basis", "grade", "overall_score")
    list_select_related = ("assessment__employee",)
    lists_results = True

    def looked_at(self, row: Judgement) -> Assessment:
        return row.assessment
