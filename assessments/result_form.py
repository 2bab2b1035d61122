"""The form with which a result is corrected."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from assessments.judgement_form import JudgementFields, decimal_field
from assessments.models import SCORE, Assessment, PersonalityType, Scale
from assessments.signals import results_changed, results_corrected

LONGEST_COMMENT = 10_000  # characters, as a file may have
NOT_YET = "未来の日付は入力できません。"
SAME_KEY = "この社員には、検査名・受検日・完了日時が同じ検査結果がすでにあります。"
NOT_KEPT = "尺度「{}」は保存しない設定のため、入力された偏差値を保存しませんでした。"
UNKNOWN = "?"  # no code of a type: the text that a file had stays
KEY = ("title", "taken_on", "completed_at")


class ResultForm(JudgementFields):
    """One result. Only the scales that somebody may see are there; the scores of the others stay as they are."""

    kind = forms.ChoiceField(label="16タイプ", required=False)
    overall_score = decimal_field("総合スコア", 10)
    comment = forms.CharField(
        label="適性に関するコメント",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    field_order = (*KEY, "kind", "grade", "overall_score", "comment")

    class Meta:
        model = Assessment
        fields = (*KEY, "grade", "overall_score", "comment")
        widgets = {
            "taken_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "completed_at": forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
            ),
        }

    def __init__(self, *args: Any, scales: Iterable[Scale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scales = {f"{SCORE}{scale.code}": scale for scale in scales}
        result = self.instance
        for name, scale in self.scales.items():
            self.fields[name] = decimal_field(scale.name, 100)
            self.fields[name].initial = result.scores.get(scale.code)
            self.fields[name].show_hidden_initial = True
        choices = [("", "（なし）"), *((kind.code, kind.label) for kind in PersonalityType.objects.all())]
        if result.unknown_type or self.data.get("kind") == UNKNOWN:
            choices.append((UNKNOWN, f"{result.unknown_type}（設定にない名前のまま）"))
        self.fields["kind"] = forms.ChoiceField(label="16タイプ", required=False, choices=choices)
        self.fields["kind"].show_hidden_initial = True
        known = result.personality_type.code if result.personality_type else ""
        self.fields["kind"].initial = known or (UNKNOWN if result.unknown_type else "")

    def plain_fields(self) -> list[BoundField]:
        """Everything but the scores and what is judged on further bases."""
        others = {*self.scales, *(field.name for field in self.judgement_fields())}
        return [field for field in self if field.name not in others]

    def scale_groups(self) -> list[tuple[str, list[BoundField]]]:
        """The scores, by category, in the order of the scales."""
        groups = groupby(self.scales.items(), key=lambda named: named[1].category)
        return [(category, [self[name] for name, _ in named]) for category, named in groups]

    def left_out(self) -> list[str]:
        """The scales for which a score was typed that is not stored: they were kept when the page was opened."""
        typed = (
            (scale, self.data.get(name, "").strip(), self.data.get(f"initial-{name}", ""))
            for scale in Scale.objects.filter(is_kept=False)
            for name in [f"{SCORE}{scale.code}"]
        )
        return [scale.name for scale, text, before in typed if text and text != before]

    def clean_taken_on(self) -> date:
        """Nobody has been tested yet on a day to come."""
        day: date = self.cleaned_data["taken_on"]
        if "taken_on" in self.changed_data and day > timezone.localdate():
            raise ValidationError(NOT_YET, code="ASSESSMENT_DATE_INVALID")
        return day

    def clean_completed_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["completed_at"]
        if moment and "completed_at" in self.changed_data and timezone.localdate(moment) > timezone.localdate():
            raise ValidationError(NOT_YET, code="ASSESSMENT_DATE_INVALID")
        return moment

    def clean_title(self) -> str:
        """As `clean_comment`; a browser's box has no line ends, but a title from a file may."""
        return one_line_end(self.cleaned_data["title"])

    def clean_comment(self) -> str:
        """With one kind of line end, as files are read."""
        return one_line_end(self.cleaned_data["comment"])

    def clean(self) -> dict[str, Any]:
        """Refuse what would make two results one: a file could not tell them apart."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        changed = set(KEY) & set(self.changed_data)
        if changed and not set(KEY) & self.errors.keys():
            key = {name: cleaned[name] if name in changed else getattr(self.instance, name) for name in KEY}
            twins = Assessment.objects.filter(employee=self.instance.employee_id, **key)
            if twins.exclude(pk=self.instance.pk).exists():
                self.add_error(None, SAME_KEY)
        return cleaned

    def write(self) -> list[str]:
        """Save what was changed, into the row as it is now; the names of the fields."""
        result = self.instance
        changed = list(self.changed_data)
        written = {name for name in changed if name in self.Meta.fields}
        if "kind" in changed and self.cleaned_data["kind"] != UNKNOWN:
            code = self.cleaned_data["kind"]
            result.personality_type = PersonalityType.objects.get(code=code) if code else None
            result.unknown_type = ""
            written |= {"personality_type", "unknown_type"}
        scores = {name: self.cleaned_data[name] for name in changed if name in self.scales}
        if scores:
            merged = result.scores | {self.scales[name].code: score for name, score in scores.items()}
            result.scores = {code: float(score) for code, score in merged.items() if score is not None}
            written.add("scores")
        if written:
            result.save(update_fields=sorted(written))
        if self.write_judgements() or written:
            for signal in (results_changed, results_corrected):
                signal.send(sender=Assessment, results=Assessment.objects.filter(pk=result.pk))
        return changed


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
