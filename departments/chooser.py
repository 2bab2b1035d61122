"""A department as one types: the form fields, and what of them the page shows.

The page holds no list: `choosing_views` answers what fits. What is typed without script, or sent before anything was
chosen, is judged here; where it is unclear the form comes back with those that fit, to pick from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.form_words import InWords
from departments.choices import Said, look_for
from departments.models import Department
from departments.outline import Branch, at_and_below, outline
from departments.scope import Reach

GONE = "選んだ部署は、削除されたか、選べなくなりました。部署を選択し直してください。"
SOME_GONE = "選んだ部署の一部は、削除されたか、選べなくなりました。部署を確かめて、もう一度保存してください。"
UNCLEAR = "unclear"  # stands for words that fit no department, or several
LONGEST = 500  # letters of what is typed; a path may be long


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a department is chosen for: who answers what fits, what else can be chosen (value → words), and whether it
    stands for the departments below it too. `takes_only`: words that only one has need not be its name or code.
    """

    address: str
    others: Mapping[str, str] = field(default_factory=dict)
    is_scope: bool = False
    takes_only: bool = False

    def label(self, branch: Branch) -> str:
        """The department in words, as it stands in the box."""
        return branch.scope if self.is_scope else branch.path


TO_FILTER = Purpose("departments:choose_to_filter", {"": "すべて", "none": "所属なし"}, is_scope=True, takes_only=True)
TO_ANALYSE = Purpose("departments:choose_to_analyse", TO_FILTER.others, is_scope=True, takes_only=True)
AS_PLACE = Purpose("departments:choose_place", {"": "（所属なし）"})
AS_PARENT = Purpose("departments:choose_parent", {"": "（親部署なし）"})
AS_LIMIT = Purpose("departments:choose_limit", is_scope=True)


def selectable(reach: Reach, without: int | None = None) -> list[Branch]:
    """The tree within the reach, without that department and what lies below it."""
    branches = outline(Department.objects.within(reach).in_sibling_order())
    barred = set(at_and_below(branches, str(without))) if without else set()
    return [branch for branch in branches if branch.department.pk not in barred]


def typed(data: Mapping[str, Any], name: str) -> str | None:
    """What stood in the box; None where the page did not send it, since something was chosen."""
    words = data.get(f"{name}-words")
    return None if words is None else str(words).replace("\0", "")[:LONGEST]


class Chooser(forms.Widget):
    """The box with what is chosen. A search belongs to it that knows `field`."""

    field: "DepartmentField"
    template = "departments/chooser.html"

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Any:
        """What was said. One picked from those that fit counts before what is still in the box."""
        picked = data.get(f"{name}-pick")
        return Said(picked) if picked else Said(str(data.get(name) or ""), typed(data, name))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:  # noqa: ARG002 - Django's
        """By the project's own templates, which Django's renderer of forms does not know."""
        address = reverse(self.field.purpose.address)
        without = self.field.without
        context = {
            "name": name,
            "attrs": self.build_attrs(self.attrs, attrs),
            "address": f"{address}?without={without}" if without else address,
            "none": self.field.others.get("", ""),
            **self.shown(value),
        }
        return render_to_string(self.template, context)

    def shown(self, value: Any) -> dict[str, Any]:
        """What is chosen, as number and in words; where that is unclear what was typed, and what fits it."""
        said = value if isinstance(value, Said) else Said("" if value is None else str(value))
        number = self.field.settle_one(said)
        if number is None:
            return {"number": "", "words": said.words, "fits": self.field.fits(said.words or "")}
        branch = self.field.by_number.get(number) if number else None
        words = self.field.purpose.label(branch) if branch else self.field.others.get(number, "") if number else ""
        return {"number": number if words else "", "words": words, "fits": []}


class DepartmentField(forms.Field):
    """One department within `reach`, or none where it is not required."""

    widget: type[Chooser] | Chooser = Chooser
    default_error_messages = {"required": "部署を選択してください。"}
    reach: Reach = None
    without: int | None = None

    def __init__(self, purpose: Purpose, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.purpose = purpose

    def __deepcopy__(self, memo: dict[int, Any]) -> "DepartmentField":
        made: DepartmentField = super().__deepcopy__(memo)
        made.widget.field = made
        return made

    @cached_property
    def branches(self) -> Sequence[Branch]:
        """All that can be chosen."""
        return selectable(self.reach, self.without)

    @cached_property
    def by_number(self) -> dict[str, Branch]:
        return {str(branch.department.pk): branch for branch in self.branches}

    @property
    def others(self) -> Mapping[str, str]:
        """What can be chosen besides departments."""
        return {} if self.required else self.purpose.others

    def settle_one(self, said: Said) -> str | None:
        """As `Said.settle`, among what can be chosen here."""
        return said.settle(self.branches, self.others, takes_only=self.purpose.takes_only)

    def fits(self, words: str) -> list[tuple[int, str, str]]:
        """The first departments that fit the words: number, words, code."""
        found = look_for(words, self.branches)
        return [(each.department.pk, self.purpose.label(each), each.department.code) for each in found.branches]

    def question(self, words: str) -> ValidationError:
        """What is asked where the words fit none, or several."""
        if not self.fits(words):
            return ValidationError(f"「{words}」に当てはまる部署がありません。部署名か部署コードを入力してください。")
        return ValidationError(f"「{words}」に当てはまる部署を、次から選択してください。")

    def to_python(self, value: Any) -> Department | None:
        """The department. Raises ValidationError where it is unclear which, or it cannot be chosen (any more)."""
        said = value if isinstance(value, Said) else Said(str(value or ""))
        number = self.settle_one(said)
        if number is None:
            raise self.question(said.words or "")
        if number and number not in self.by_number:
            raise ValidationError(GONE)
        return self.by_number[number].department if number else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By number, whatever stands in the box."""
        try:
            now = self.to_python(data)
        except ValidationError:
            return True
        before = initial.pk if isinstance(initial, Department) else initial
        return str(before or "") != str(now.pk if now else "")


@dataclass(frozen=True, slots=True)
class SaidMany:
    """The numbers that were ticked, and what stood in the box."""

    numbers: tuple[str, ...]
    words: str = ""


class ManyChooser(Chooser):
    """What is chosen, with ticks to take away, and a box to add more."""

    field: "DepartmentsField"
    template = "departments/chooser_many.html"

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> SaidMany:
        def every(key: str) -> list[str]:
            return data.getlist(key) if isinstance(data, QueryDict) else [str(each) for each in data.get(key, ())]

        picked = every(f"{name}-pick")
        words = "" if picked else (typed(data, name) or "").strip()
        return SaidMany(tuple(dict.fromkeys([*every(name), *picked])), words)

    def shown(self, value: Any) -> dict[str, Any]:
        said = value if isinstance(value, SaidMany) else SaidMany(tuple(map(str, value or ())))
        numbers, unclear = self.field.settle(said)
        chosen = [
            (number, self.field.purpose.label(self.field.by_number[number]))
            for number in numbers
            if number in self.field.by_number
        ]
        fits = [each for each in self.field.fits(unclear) if str(each[0]) not in numbers] if unclear else []
        return {"chosen": chosen, "words": unclear, "fits": fits}


class DepartmentsField(DepartmentField):
    """Any number of departments."""

    widget = ManyChooser

    def settle(self, said: SaidMany) -> tuple[list[str], str]:
        """The numbers that are meant, and the words that are unclear or ""."""
        added = Said("", said.words or None).settle(self.branches, {})
        return [*said.numbers, *([added] if added and added not in said.numbers else [])], "" if added else said.words

    def to_python(self, value: Any) -> Any:
        """A list of departments. Raises ValidationError where one is unclear, or one cannot be chosen (any more)."""
        numbers, unclear = self.settle(value)
        if unclear:
            raise self.question(unclear)
        if not set(numbers) <= set(self.by_number):
            raise ValidationError(SOME_GONE)
        return [self.by_number[number].department for number in numbers]


class DepartmentFilter(InWords, forms.Form):
    """The filter of a list by department, as the address has it."""

    department = DepartmentField(TO_FILTER, label="所属", required=False)

    def __init__(self, query: QueryDict, branches: Sequence[Branch], purpose: Purpose = TO_FILTER) -> None:
        super().__init__(query, auto_id="%s")
        field = vars(self.fields["department"])
        self.branches = field["branches"] = branches
        field["purpose"] = purpose

    @property
    def value(self) -> str:
        """The number of the department, a value of TO_FILTER's others, or UNCLEAR."""
        said: Said = self["department"].data
        number = said.settle(self.branches, TO_FILTER.others, takes_only=TO_FILTER.takes_only)
        return UNCLEAR if number is None else number

    @property
    def question(self) -> str:
        """What to do where it is unclear what is meant, else ""."""
        if self.value != UNCLEAR:
            return ""
        words = self["department"].data.words
        found = look_for(words, self.branches)
        if not found.branches:
            return f"「{words}」に当てはまる部署がありません。「所属」の言葉を変えるか、部署を選択してください。"
        count = len(found.branches) + found.others
        return f"「{words}」に当てはまる部署が{count:,}件あります。「所属」で部署を選択してください。"
