"""Forms about departments. They judge by the tree as it is when the form is sent, not as the person saw it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from accounts import audit
from accounts.audit_changes import Changes, form_changes
from accounts.form_words import seen
from accounts.only_changed import OnlyChanged
from accounts.rights import Account
from departments.chooser import AS_PARENT, DepartmentField
from departments.models import Department, DepartmentQuerySet
from departments.placement import Place, judge

LARGEST_ORDER = 2**31 - 1


def read_tree(departments: DepartmentQuerySet) -> dict[int, Place]:
    """All departments as the rules want them."""
    rows = departments.order_by("pk").values_list("pk", "name", "code", "parent_id")
    return {pk: Place(name=name, code=code, parent=parent) for pk, name, code, parent in rows}


class DepartmentForm(OnlyChanged):
    """A department by hand. Fields carry along what the person saw: only what they changed is judged and stored."""

    parent: DepartmentField | None = DepartmentField(AS_PARENT, label="親部署", required=False)
    tree: Mapping[int, Place] = {}

    class Meta:
        model = Department
        fields: ClassVar = ["name", "code", "parent", "order"]
        error_messages: ClassVar = {"name": {"required": "部署名を入力してください。"}}
        help_texts: ClassVar = {"code": "カオナビの所属コードと同じコードにすると、同期で同じ部署になります。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(parent := self.fields.get("parent"), DepartmentField):
            parent.without = self.instance.pk
        if order := self.fields.get("order"):
            order.validators.append(MaxValueValidator(LARGEST_ORDER))

    def clean_code(self) -> str:
        return seen(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        """The rules of the tree, and of what was sent only what is new: the rest may have gone stale."""
        pk: int | None = self.instance.pk
        was = self.tree.get(pk) if pk is not None else None
        if pk is not None:
            if was is None:
                raise ValidationError("この部署は、ほかの人が削除しました。")
            self.cleaned_data = {
                name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data
            }
        for field, problem in judge(self.merged(was or Place("", "", None)), self.tree, pk).items():
            self.add_error(field if field in self.fields else None, problem)
        return self.cleaned_data

    def merged(self, was: Place) -> Place:
        """The department with what the person changed."""
        new = self.cleaned_data
        parent = new.get("parent")
        return Place(
            name=new.get("name", was.name),
            code=new.get("code", was.code),
            parent=(parent and parent.pk) if "parent" in new else was.parent,
        )

    def store(self, *, by: Account) -> None:
        """Write what was changed and nothing else, so that a sync that ends at the same time loses nothing."""
        department: Department = self.instance
        if department.pk is None:
            department.save()
            audit.record(audit.Action.CREATED, by=by, on=department)
        elif self.changed_data:
            department.save(update_fields=self.changed_data)
            audit.record(audit.Action.EDITED, by=by, on=department, detail={"changes": self.changes()})

    def changes(self) -> Changes:
        """For the audit trail; the department above by its name."""
        above = self.tree.get(self.initial.get("parent") or 0)
        return form_changes(self, parent=above.name if above else None)


class CodeForm(DepartmentForm):
    """Another code and nothing else; the page has said before what it means."""

    parent = None

    class Meta(DepartmentForm.Meta):
        fields: ClassVar = ["code"]
        widgets: ClassVar = {"code": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = True

    def clean(self) -> dict[str, Any]:
        """Refused too where the code is not any more the one that the page showed."""
        now = self.tree.get(self.instance.pk)
        if now and now.code != self.data.get(self["code"].html_initial_name):
            raise ValidationError(f"部署コードは、ほかの人が変更しました（現在は「{now.code or 'コードなし'}」）。")
        return super().clean()
