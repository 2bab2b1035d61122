"""The form of a カスタム権限: name, rights, and the departments to which it is limited."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group

from accounts.form_words import InWords
from accounts.models import Role
from accounts.rights import WHOLE_COMPANY, Right
from accounts.roles import GROUPS, completed
from departments.chooser import AS_LIMIT, DepartmentsField
from departments.role_actions import NAME_TAKEN, RoleContent

LONGEST_NAME = 50
LIMITED_OR_NOT = (
    "部署が選ばれていますが、「部署を限定する」にチェックが入っていません。選んだ部署に限定するときはチェックを入れ、"
    "会社全体の権限にするときは部署のチェックをすべて外してください。"
)


def named(rights: set[Right]) -> str:
    """The rights in words, in the order in which they are defined."""
    return "".join(f"「{right.label}」" for right in Right if right in rights)


class RoleForm(InWords, forms.Form):
    """A role as it is to be. Rights that another right needs are completed; `completed_rights` names them."""

    name = forms.CharField(label="権限の名前", max_length=LONGEST_NAME, help_text="例：営業部の部門長")
    rights = forms.MultipleChoiceField(
        label="権限",
        choices=Right.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "権限を1つ以上選んでください。"},
    )
    is_limited = forms.BooleanField(label="部署を限定する", required=False)
    departments = DepartmentsField(AS_LIMIT, label="限定する部署", required=False)

    def __init__(self, data: Any = None, *, role: Role | None = None, copied: Role | None = None) -> None:
        source = role or copied
        super().__init__(data, initial=initial_of(source, is_copy=role is None))
        self.role = role
        self.completed_rights: set[Right] = set()

    def clean_name(self) -> str:
        """Unique among all groups, since accounts show the name alone."""
        name: str = " ".join(self.cleaned_data["name"].split())
        if Group.objects.filter(name=name).exclude(pk=self.role.group_id if self.role else 0).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    def clean(self) -> dict[str, Any]:
        """What a limit and the rights have to do with each other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = {Right(right) for right in cleaned.get("rights", ())}
        if cleaned.get("is_limited"):
            for_all = chosen & WHOLE_COMPANY
            if for_all:
                self.add_error(
                    "rights",
                    f"{named(for_all)}は会社全体に関わる権限のため、部署を限定する権限には付けられません。"
                    "チェックを外すか、「部署を限定する」を外してください。",
                )
            if not cleaned.get("departments") and "departments" not in self.errors:
                self.add_error("departments", "限定する部署を1つ以上選んでください。")
        elif cleaned.get("departments"):
            self.add_error("is_limited", LIMITED_OR_NOT)
        self.completed_rights = completed(chosen) - chosen
        return cleaned

    def content(self) -> RoleContent:
        """What a valid form describes."""
        cleaned = self.cleaned_data
        return RoleContent(
            name=cleaned["name"],
            rights=frozenset(completed(cleaned["rights"])),
            departments=frozenset(cleaned["departments"]) if cleaned["is_limited"] else None,
        )

    def right_groups(self) -> list[tuple[str, list[tuple[Right, bool, bool]]]]:
        """Titles with their rights: the right, whether it is ticked, whether it is for the whole company only."""
        ticked = set(self["rights"].value() or ())
        return [
            (title, [(right, right.value in ticked, right in WHOLE_COMPANY) for right in rights])
            for title, rights in GROUPS.items()
        ]


def initial_of(source: Role | None, *, is_copy: bool) -> dict[str, Any]:
    """The form as it begins: the role itself, a copy that still needs a name of its own, or empty."""
    if source is None:
        return {}
    return {
        "name": f"{source.group.name} のコピー"[:LONGEST_NAME] if is_copy else source.group.name,
        "rights": source.rights,
        "is_limited": source.is_limited,
        "departments": list(source.departments.values_list("department_id", flat=True)),
    }
