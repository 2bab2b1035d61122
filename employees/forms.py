"""Forms about people."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from departments.models import Department
from employees.models import Employee

NUMBER_RULE = RegexValidator(
    r"^[A-Za-z0-9\-_.@/+]*\Z", "社員番号は半角の数字、アルファベット、記号（- _ . @ / +）で入力してください。"
)
DATES = ("birth_date", "hire_date", "retirement_date")


class EmployeeForm(forms.ModelForm):
    """A person's data by hand, without the mail address: that one is the link to カオナビ and no ordinary field."""

    department = forms.ModelChoiceField(
        Department.objects.in_sibling_order(), label="所属部署", required=False, empty_label="（所属なし）"
    )

    class Meta:
        model = Employee
        fields = (
            "last_name",
            "first_name",
            "last_name_kana",
            "first_name_kana",
            "employee_number",
            "birth_date",
            "gender",
            "department",
            "position",
            "employment_type",
            "hire_date",
            "retirement_date",
            "is_retired",
        )
        widgets = {name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}) for name in DATES}
        help_texts = {
            "employee_number": "性格検査結果は、カオナビの同じ社員番号のメンバーに登録されます。",
            "retirement_date": "入力すると、退職者フラグもオンになります。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee_number"].validators.append(NUMBER_RULE)

    def clean(self) -> dict[str, Any]:
        """退職日 brings 退職者フラグ with it, as it does when it comes from カオナビ."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("retirement_date") and not cleaned.get("is_retired"):
            if "retirement_date" in self.changed_data:
                cleaned["is_retired"] = True
            elif "is_retired" in self.changed_data:
                self.add_error("is_retired", "退職者フラグを外す場合は、退職日も空白にしてください。")
        return cleaned

    def save(self, commit: bool = True) -> Employee:  # noqa: FBT001, FBT002 - Django's own signature
        """Store what was changed and nothing else, so that a sync that ends at the same time loses nothing.

        退職日 or 退職者フラグ set here is marked as set by hand: a sync leaves it alone then.
        """
        person: Employee = self.instance
        written = set(self.changed_data)
        if written & {"retirement_date", "is_retired"}:
            by_hand = bool(person.retirement_date or person.is_retired)
            person.retirement_source = Employee.RetirementSource.MANUAL if by_hand else ""
            written |= {"is_retired", "retirement_source"}
        if commit and written:
            person.save(update_fields=sorted(written))
        return person
