"""The forms of 同期の例外."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.form_words import InWords
from departments.chooser import AS_LIMIT, DepartmentsField
from employees.models import Employee
from employees.rules import is_employee_number, is_mail
from integrations.forms import FilterForm
from integrations.models import SyncException
from integrations.rules.employees.exceptions import PINNABLE
from integrations.rules.employees.fields import FIELDS
from integrations.sync_exceptions import TYPES, ScopeContent, Whom

Kind = SyncException.Kind
MOST_PEOPLE = 500
LONGEST_MAIL, LONGEST_NUMBER = FIELDS["email"].limit, FIELDS["employee_number"].limit
UNSET = "blank"  # stands for a blank 雇用形態 among the choices
UNTIL_NOTE = {
    Kind.SCOPE: "この日を過ぎると、範囲の制限がなくなります。空欄の場合は、終了するまで続きます。",
    Kind.EXCLUDED: "この日を過ぎると、次の同期で取り込みます。空欄の場合は、終了するまで続きます。",
    Kind.PINNED: "この日を過ぎると、次の同期でカオナビの値に変わります。空欄の場合は、終了するまで続きます。",
    Kind.NOT_SENT: "この日を過ぎると、次の登録で送ります。空欄の場合は、終了するまで続きます。",
}


class ExceptionForm(InWords, forms.Form):
    """Why, and until when."""

    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(
        label="終了日（この日まで）",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, kind: str, exception: SyncException | None = None, **kwargs: Any) -> None:
        initial = {"reason": exception.reason, "until": exception.until} if exception else {}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["until"].help_text = UNTIL_NOTE[Kind(kind)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("until") and cleaned["until"] < timezone.localdate():
            self.add_error("until", "今日以降の日付を入力してください。")
        return cleaned


class PeopleExceptionForm(ExceptionForm):
    """An exception of one or more people, who are named here unless the page is about one `person`."""

    item = forms.ChoiceField(label="固定する項目", choices=[(name, item.label) for name, item in PINNABLE.items()])
    people = forms.CharField(
        label="メールアドレスまたは社員番号",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"複数の人に設定する場合は、1行に1人ずつ入力してください（{MOST_PEOPLE}人まで）。",
    )
    field_order = ("people", "item", "reason", "until")

    def __init__(self, *args: Any, kind: str, person: Employee | None = None, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.kind = Kind(kind)
        self.person = person
        if person is not None:
            del self.fields["people"]
        if self.kind != Kind.PINNED:
            del self.fields["item"]

    def clean_people(self) -> list[Whom]:
        """Whom the lines name, each once."""
        lines = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["people"].splitlines()))))
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(f"一度に設定できるのは{MOST_PEOPLE}人までです（現在{len(lines):,}人）。")
        errors: list[str] = []
        found = list(people_named(lines, self.kind, errors))
        if errors:
            raise forms.ValidationError(errors[:10])
        return found

    @property
    def whom(self) -> Sequence[Whom]:
        return [Whom(self.person)] if self.person else self.cleaned_data["people"]


def people_named(lines: Sequence[str], kind: Kind, errors: list[str]) -> Iterator[Whom]:
    """Whom each line names. Only who is kept out need not be here, and may be several by one 社員番号."""
    by_mail: dict[str, Employee] = {}
    by_number: dict[str, list[Employee]] = defaultdict(list)
    wanted = {line.lower() for line in lines}
    for one in Employee.objects.filter(Q(email__in=wanted) | Q(employee_number__in=lines)):
        by_mail[one.email] = one
        by_number[one.employee_number].append(one)
    may_be_anybody = kind == Kind.EXCLUDED
    for line in lines:
        holders = by_number.get(line, [])
        known = by_mail.get(line.lower()) or (holders[0] if len(holders) == 1 else None)
        if known is not None:
            yield Whom(known)
        elif holders and not may_be_anybody:
            errors.append(f"社員番号「{line}」の社員が{len(holders)}名います。メールアドレスで入力してください。")
        elif may_be_anybody and not holders and is_mail(line) and len(line) <= LONGEST_MAIL:
            yield Whom(email=line.lower())
        elif may_be_anybody and is_employee_number(line) and len(line) <= LONGEST_NUMBER:
            yield Whom(employee_number=line)
        elif may_be_anybody:
            errors.append(f"「{line[:100]}」は、メールアドレスか社員番号の形ではありません。")
        else:
            errors.append(f"「{line[:100]}」の社員が見つかりません。")


class ScopeForm(ExceptionForm):
    """連携の範囲: departments with all that lies below them, and 雇用形態."""

    limits_departments = forms.BooleanField(label="部署を限定する", required=False)
    departments = DepartmentsField(AS_LIMIT, label="連携する部署", required=False)
    employment_types = forms.MultipleChoiceField(
        label="連携する雇用形態",
        required=False,
        choices=[(value or UNSET, label) for value, label in TYPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("limits_departments", "departments", "employment_types", "reason", "until")

    def __init__(self, *args: Any, exception: SyncException | None = None, **kwargs: Any) -> None:
        super().__init__(*args, kind=Kind.SCOPE, exception=exception, **kwargs)
        if exception:
            self.initial.update(
                limits_departments=exception.limits_departments,
                departments=list(exception.departments.values_list("pk", flat=True)),
                employment_types=[value or UNSET for value in exception.employment_types],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = cleaned.get("departments")
        if cleaned.get("limits_departments"):
            if not chosen and "departments" not in self.errors:
                self.add_error("departments", "連携する部署を1つ以上選んでください。")
        elif chosen:
            self.add_error(
                "limits_departments",
                "部署が選ばれています。限定するときはチェックを入れ、しないときは部署を外してください。",
            )
        elif not cleaned.get("employment_types") and not self.errors:
            self.add_error(
                None, "部署か雇用形態の、どちらかを限定してください。限定をやめる場合は「終了する」を押してください。"
            )
        return cleaned

    @property
    def content(self) -> ScopeContent:
        said = self.cleaned_data
        return ScopeContent(
            departments=said["departments"] if said["limits_departments"] else None,
            employment_types=["" if value == UNSET else value for value in said["employment_types"]],
        )


class ExceptionFilter(FilterForm):
    """What the list is to show."""

    STATES = (("", "有効"), ("ended", "終了日を過ぎた"), ("all", "すべて"))

    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *Kind.choices])
    state = forms.ChoiceField(label="状態", required=False, choices=STATES)
    q = forms.CharField(label="検索", required=False, max_length=100)
