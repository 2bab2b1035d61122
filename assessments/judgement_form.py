"""The part of a result's form that says how it is judged on further bases: those that it has, and one more."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from accounts.only_changed import OnlyChanged
from assessments.bases import COMPANY_BASIS, LONGEST_BASIS, basis_called
from assessments.models import GRADE_ON, OVERALL_SCORE_ON, Judgement

LONGEST_GRADE = 10
NEW = ("new_basis", "new_grade", "new_overall_score")
OF_COMPANY = f"「{COMPANY_BASIS}」での判定と総合スコアは、上の「判定」と「総合スコア」に入力してください。"
TWICE = "この検査結果には、同じ名前の基準がすでにあります。"
NAMELESS = "基準の名前を入力してください。"
SAYS_NOTHING = "追加する基準の判定か総合スコアを入力してください。"


def decimal_field(label: str, highest: int) -> forms.DecimalField:
    """A number with one decimal, or nothing."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=highest,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )


def grade_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_GRADE)


class JudgementFields(OnlyChanged):
    """Fields by the number of their row: `grade_on_7`, `overall_score_on_7`. A basis without either is taken away."""

    new_basis = forms.CharField(label="追加する基準の名前", required=False, max_length=LONGEST_BASIS)
    new_grade = grade_field("追加する基準での判定")
    new_overall_score = decimal_field("追加する基準での総合スコア", 10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.judgements: list[Judgement] = list(self.instance.judgements.all())
        for row in self.judgements:
            grade, score = names_of(row)
            self.fields[grade] = grade_field(f"判定（{row.basis}）")
            self.fields[score] = decimal_field(f"総合スコア（{row.basis}）", 10)
            self.fields[grade].initial, self.fields[score].initial = row.grade, row.overall_score
            self.fields[grade].show_hidden_initial = self.fields[score].show_hidden_initial = True

    def judgement_fields(self) -> list[BoundField]:
        """Those of the bases that the result has, then those of one more."""
        return [self[name] for name in (*(name for row in self.judgements for name in names_of(row)), *NEW)]

    def clean_new_basis(self) -> str:
        """A name that this result does not have yet."""
        known = Judgement.objects.order_by().values_list("basis", flat=True).distinct()
        basis = basis_called(self.cleaned_data["new_basis"], known)
        if basis == COMPANY_BASIS:
            raise ValidationError(OF_COMPANY)
        if basis in {row.basis for row in self.judgements}:
            raise ValidationError(TWICE)
        return basis

    def clean(self) -> dict[str, Any]:
        """A new basis has a name, and says something."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not set(NEW) & self.errors.keys():
            basis, grade, score = (cleaned[name] for name in NEW)
            says_something = grade or score is not None
            if says_something and not basis:
                self.add_error("new_basis", NAMELESS)
            elif basis and not says_something:
                self.add_error("new_grade", SAYS_NOTHING)
        return cleaned

    def write_judgements(self) -> bool:
        """Save what was changed of them; whether anything was."""
        changed = set(self.changed_data)
        if is_new := bool(changed.intersection(NEW) and self.cleaned_data["new_basis"]):
            basis, grade, score = (self.cleaned_data[name] for name in NEW)
            self.instance.judgements.create(basis=basis, grade=grade, overall_score=score)
        edited = [row for row in self.judgements if changed.intersection(names_of(row))]
        for row in edited:
            write_judgement(row, changed, self.cleaned_data)
        return is_new or bool(edited)


def names_of(row: Judgement) -> tuple[str, str]:
    """What the row's fields of the form are called: 判定, 総合スコア."""
    return f"{GRADE_ON}{row.pk}", f"{OVERALL_SCORE_ON}{row.pk}"


def write_judgement(row: Judgement, changed: set[str], values: dict[str, Any]) -> None:
    """Save the changed fields of one row; a row that says nothing any more goes."""
    grade, score = names_of(row)
    if grade in changed:
        row.grade = values[grade]
    if score in changed:
        row.overall_score = values[score]
    if row.grade or row.overall_score is not None:
        row.save(update_fields=["grade", "overall_score"])
    else:
        row.delete()
