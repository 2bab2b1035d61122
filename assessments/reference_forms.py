"""Forms of 16タイプ and 尺度."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Max

from accounts.only_changed import OnlyChanged
from assessments.models import MENTAL_HEALTH, PersonalityType, Scale
from assessments.name_lookup import Named, clash
from assessments.reference import new_code

LONGEST_ALIAS = 100
MOST_ALIASES = 100
FIXED = "この尺度の偏差値は保存しない設定です。この名前の値が保存されないように、管理者だけが変更できます。"


class AliasesField(forms.CharField):
    """別名, one a line."""

    def __init__(self) -> None:
        super().__init__(
            label="別名",
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="1行に1つ入力してください。ファイルの列名や値と、カオナビの項目や選択肢を見つけるために使います。",
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a text on the page, a list in the row
        lines = value if isinstance(value, list) else (super().to_python(value) or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_ALIASES:
            raise forms.ValidationError(f"別名は{MOST_ALIASES}個までです。")
        if any(len(alias) > LONGEST_ALIAS for alias in value):
            raise forms.ValidationError(f"別名は1つ{LONGEST_ALIAS}文字以内で入力してください。")

    def run_validators(self, value: Any) -> None:
        for alias in value:
            super().run_validators(alias)


class ReferenceForm(OnlyChanged):
    """A row whose names mean nothing else. A new one comes last and gets a code, which nobody sees."""

    aliases = AliasesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.code = new_code()
            last = self._meta.model._default_manager.aggregate(last=Max("order"))["last"] or 0
            self.fields["order"].initial = last + 1

    def others(self) -> Iterable[Named]:
        """All rows of the kind but this one."""
        return map(Named.of, self._meta.model._default_manager.exclude(pk=self.instance.pk))

    def clean(self) -> dict[str, Any]:
        """Refuse a name that means another row already."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "name" in cleaned and "aliases" in cleaned:
            mine = Named("", cleaned["name"], cleaned.get("japanese_name", ""), tuple(cleaned["aliases"]))
            if found := clash(mine, self.others()):
                text, other = found
                kind = self._meta.model._meta.verbose_name
                self.add_error(
                    "aliases" if text in cleaned["aliases"] else "name",
                    f"「{text}」は、{kind}「{other.name}」の名前または別名と同じです"
                    "（全角と半角、大文字と小文字、空白の有無は区別しません）。",
                )
        return cleaned


class TypeForm(ReferenceForm):
    """One of the 16 types."""

    class Meta:
        model = PersonalityType
        fields = ("name", "japanese_name", "aliases", "category", "description", "order")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": "カタカナの名前です。変更するときは、これまでの名前を別名に残してください。",
            "japanese_name": "「名前（和名）」の形で表示します。",
        }


class ScaleForm(ReferenceForm):
    """One scale."""

    class Meta:
        model = Scale
        fields = ("name", "aliases", "category", "description", "order", "kaonavi_item")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"name": "変更するときは、これまでの名前を別名に残してください。"}

    def __init__(self, *args: Any, is_administrator: bool, **kwargs: Any) -> None:
        """Only an administrator says how the scale travels, and renames one that is not kept. Nobody takes a scale out
        of the category with a right of its own.
        """
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.category == MENTAL_HEALTH:
            category = self.fields["category"]
            category.disabled = True
            category.help_text = "このカテゴリの尺度を見るには専用の権限が必要なため、変更できません。"
        if not is_administrator or not self.instance.is_kept:
            del self.fields["kaonavi_item"]
        if not is_administrator and not self.instance.is_kept:
            for name in ("name", "aliases"):
                self.fields[name].disabled = True
                self.fields[name].help_text = FIXED
