"""Forms about people."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.form_words import InWords
from accounts.only_changed import OnlyChanged
from departments.chooser import AS_PLACE, DepartmentField
from departments.scope import Reach
from employees.models import Employee
from employees.rules import (
    BORN,
    DAY_REMAINS,
    SYMBOLS_OF_NUMBERS,
    half_width_mail,
    is_birth_date,
    is_employee_number,
    is_mail,
    source_by_hand,
)

NUMBER_RULE = f"社員番号は半角の数字、アルファベット、記号（{SYMBOLS_OF_NUMBERS}）で入力してください。"
MAIL_TAKEN = (
    "このメールアドレスは、ほかの社員が使っています。同じ人のデータが2つある場合は、"
    "社員のページの「重複した社員を統合する」で1つにまとめてください。"
)
BEYOND = "この値には変更できません。変更が必要な場合は、管理者に依頼してください。"
NEEDED_WITHOUT_MAIL = "メールアドレスがない社員の社員番号は、空白にできません。カオナビのメンバーと結び付ける値です。"
WITHOUT_MAIL = "（なし）"
DATES = ("birth_date", "hire_date", "retirement_date")
RETIREMENT = {"retirement_date", "is_retired"}
DATED_MEANWHILE = "退職日が、ほかの操作で登録されました。ページを開き直して、内容を確認してください。"


def is_beyond(reach: Reach, **value: str) -> bool:
    """Whether the value is of somebody outside what a limited role may edit: their results would be taken over."""
    return reach is not None and Employee.objects.filter(**value).exclude(department__in=reach).exists()


class MailField(forms.CharField):
    """A mail address by the product's own rule, in lower case; full width is told what it was meant to be."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=254, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        mail: str = super().clean(value)
        if not is_mail(mail):
            meant = half_width_mail(mail)
            hint = (
                f"半角の「{meant}」であれば登録できます。"
                if meant
                else "半角の「名前@ドメイン」の形で入力してください。"
            )
            raise forms.ValidationError(f"メールアドレスの形式が正しくありません。{hint}")
        return mail.lower()


class EmployeeForm(OnlyChanged):
    """A person's data by hand, without the mail address: that one is the link to カオナビ and no ordinary field.

    `reach` is where the person at the form may put somebody. Whoever is limited to departments must choose one of them:
    somebody without a department belongs to the whole company and would be out of sight for them.
    """

    department = DepartmentField(AS_PLACE, label="所属部署", required=False)

    class Meta:
        model = Employee
        fields: tuple[str, ...] = (
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
            "is_retired": "「退職者フラグ」をつけると、「似ている社員」に表示されません。「分析」にも、初期設定では含まれません。",
        }

    def __init__(self, *args: Any, reach: Reach = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.refused: list[str] = []
        department = self.fields["department"]
        if reach is not None and isinstance(department, DepartmentField):
            department.reach = reach
            department.required = True
            department.help_text = "担当する部署から選びます。それ以外の部署へ移す場合は、管理者に依頼してください。"

    def refuse_beyond(self, name: str, value: str) -> None:
        """Raises ValidationError where a limited role may not give this value, without telling whose it is."""
        # what the page says to have shown counts for a row that is there: a new one is written as it is sent
        is_new = (self.instance.pk is None or name in self.changed_data) and value != getattr(self.instance, name)
        if value and is_new and is_beyond(self.reach, **{name: value}):
            self.refused.append(name)
            raise forms.ValidationError(BEYOND)

    def clean_employee_number(self) -> str:
        number: str = self.cleaned_data["employee_number"]
        if not is_employee_number(number):
            raise forms.ValidationError(NUMBER_RULE)
        self.refuse_beyond("employee_number", number)
        if self.instance.pk and not self.instance.email and not number:
            raise forms.ValidationError(NEEDED_WITHOUT_MAIL)
        return number

    def clean_birth_date(self) -> date | None:
        """Judged where it was typed: one that カオナビ delivered is in the way of no other change."""
        day: date | None = self.cleaned_data["birth_date"]
        if day and "birth_date" in self.changed_data and not is_birth_date(day, timezone.localdate()):
            raise forms.ValidationError(f"生年月日は、{BORN}を入力してください。")
        return day

    def clean(self) -> dict[str, Any]:
        """退職日 brings 退職者フラグ with it, as it does when it comes from カオナビ.

        What was not changed on the page counts as the row has it now.
        """
        super().clean()
        sent: dict[str, Any] = self.cleaned_data
        person: Employee = self.instance
        changed = set(self.changed_data)
        cleaned = {name: value for name, value in sent.items() if name in changed or not person.pk}
        self.cleaned_data = cleaned
        day = cleaned.get("retirement_date", person.retirement_date)
        if day and not cleaned.get("is_retired", person.is_retired):
            if "retirement_date" in changed:
                cleaned["is_retired"] = True
            elif "is_retired" in changed:
                self.add_error("is_retired", DAY_REMAINS if sent.get("retirement_date") else DATED_MEANWHILE)
        return cleaned

    def write(self) -> list[str]:
        """退職日 or 退職者フラグ set here is marked as set by hand: a sync leaves it alone then."""
        person: Employee = self.instance
        changed = list(self.changed_data)
        written = set(changed)
        if written & RETIREMENT:
            person.retirement_source = source_by_hand(person.retirement_date, is_retired=person.is_retired)
            written |= {"is_retired", "retirement_source"}
        if person.pk is None:
            person.save()
        elif written:
            person.save(update_fields=sorted(written))
        return changed


def refuse_taken(form: "EmployeeForm | MailForm", mail: str) -> None:
    """Raises ValidationError where somebody has the address: one sentence for a limited role, wherever they are."""
    if not Employee.objects.filter(email=mail).exists():
        return
    if form.reach is None:
        raise forms.ValidationError(MAIL_TAKEN)
    form.refused.append("email")
    raise forms.ValidationError(BEYOND)


class NewEmployeeForm(EmployeeForm):
    """A person whom カオナビ does not have, or not yet."""

    email = MailField(
        label="メールアドレス",
        help_text="カオナビのメンバーと結び付ける値です。カオナビに同じメールアドレスのメンバーがいれば、次の同期で結び付きます。",
    )

    class Meta(EmployeeForm.Meta):
        fields = ("email", *EmployeeForm.Meta.fields)

    def clean_email(self) -> str:
        mail: str = self.cleaned_data["email"]
        refuse_taken(self, mail)
        return mail


class MailForm(InWords, forms.Form):
    """The new address, and when it is confirmed, the old one that it was confirmed for."""

    email = MailField(label="新しいメールアドレス")
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Employee, reach: Reach = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.reach = reach
        self.refused: list[str] = []

    def clean_email(self) -> str:
        mail: str = self.cleaned_data["email"]
        if mail == self.person.email:
            raise forms.ValidationError("今のメールアドレスと同じです。")
        refuse_taken(self, mail)
        return mail

    @property
    def is_confirmed(self) -> bool:
        """Whether what was shown is still so: somebody else may have changed the address meanwhile."""
        return bool(self.cleaned_data["confirmed"] == self.confirmation)

    @property
    def confirmation(self) -> str:
        """What stands in the page that asks: for which address it was asked, in words where there is none."""
        return self.person.email or WITHOUT_MAIL
