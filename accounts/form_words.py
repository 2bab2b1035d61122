"""What a form says of a field that was left empty or filled in wrongly: what to do, naming the field.

The one place for it: a form of ours inherits `InWords`. Where a form has a sentence of its own for a case, that stays.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.spelling import INVISIBLE_CLASS

INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")
TYPED = {
    "required": "{label}を入力してください。",
    "max_length": "{label}は%(limit_value)d文字以内で入力してください（現在%(show_value)d文字）。",
    "min_length": "{label}は%(limit_value)d文字以上で入力してください（現在%(show_value)d文字）。",
    "max_value": "{label}は%(limit_value)s以下の数字で入力してください。",
    "min_value": "{label}は%(limit_value)s以上の数字で入力してください。",
    "max_digits": "{label}は、小数点を除いて%(max)s桁以内で入力してください。",
    "max_decimal_places": "{label}は、小数点以下%(max)s桁以内で入力してください。",
    "max_whole_digits": "{label}は、小数点より上を%(max)s桁以内で入力してください。",
    "null_characters_not_allowed": "{label}に使えない文字があります。入力し直してください。",
    "unique": "この{label}はすでに使われています。別の{label}を入力してください。",
}
CHOSEN = {
    "required": "{label}を選択してください。",
    "invalid_choice": "選択した{label}は、現在は選べません。{label}を選択し直してください。",
    "invalid_list": "{label}を選択し直してください。",
    "invalid_pk_value": "{label}を選択し直してください。",
}
# The kind of field → its words, the nearest kind first.
KINDS: Mapping[type[forms.Field], Mapping[str, str]] = {
    forms.BooleanField: {"required": "「{label}」にチェックを入れてください。"},
    forms.FileField: CHOSEN
    | {
        "missing": "{label}を選択してください。",
        "invalid": "{label}を受け取れませんでした。もう一度選択してください。",
        "empty": "{label}が空です。中身のある{label}を選択してください。",
        "max_length": "{label}の名前は%(max)d文字以内にしてください（現在%(length)d文字）。",
        "contradiction": "{label}を選択し直してください。",
    },
    forms.ChoiceField: CHOSEN,
    forms.MultipleChoiceField: CHOSEN,
    forms.DateField: {"invalid": "{label}は、実在する日付を「2026/04/01」の形で入力してください。"},
    forms.DateTimeField: {"invalid": "{label}は、実在する日時を「2026/04/01 9:00」の形で入力してください。"},
    forms.TimeField: {"invalid": "{label}は、時刻を「9:00」の形で入力してください。"},
    forms.IntegerField: {"invalid": "{label}は、整数で入力してください。"},
    forms.FloatField: {"invalid": "{label}は、数字で入力してください。"},
    forms.DecimalField: {"invalid": "{label}は、数字で入力してください。"},
    forms.EmailField: {"invalid": "{label}の形式が正しくありません。半角の「名前@ドメイン」の形で入力してください。"},
    forms.URLField: {"invalid": "{label}は、「https://」から始まるアドレスを入力してください。"},
    forms.Field: {},
}


def words(kind: type[forms.Field]) -> dict[str, str]:
    """Code of an error → its sentence with a place for `{label}`, for fields of this kind."""
    found: dict[str, str] = dict(TYPED)
    for ancestor in reversed(kind.__mro__):
        found |= KINDS.get(ancestor, {})
    return found


def of_django(kind: type[forms.Field]) -> dict[str, Any]:
    """The sentences that a field of this kind has where nobody gave it another."""
    found: dict[str, Any] = {}
    for ancestor in reversed(kind.__mro__):
        if ancestor.__module__.startswith("django."):
            found |= ancestor.__dict__.get("default_error_messages", {})
    return found


def put_in_words(field: forms.Field, label: str) -> None:
    """Give the field our sentences, except where it has one of its own."""
    defaults = of_django(type(field))
    for code, sentence in words(type(field)).items():
        now = field.error_messages.get(code)
        if now is None or now is defaults.get(code):
            field.error_messages[code] = sentence.format(label=label)


def seen(text: str) -> str:
    """The text; "" where nothing of it is seen, as a file has it: so nobody is called by that."""
    return text if INVISIBLE.sub("", text).strip() else ""


class InWords(forms.BaseForm):
    """A form whose fields say what to do. When it comes back, the first that is wrong has the focus.

    What must be there must be seen: a text of control characters or of no width counts as none. Not so a password.
    """

    def full_clean(self) -> None:
        """As Django's; fields may have come, gone or changed until now."""
        for name, field in self.fields.items():
            put_in_words(field, str(self[name].label))
        super().full_clean()
        for name, value in [*getattr(self, "cleaned_data", {}).items()]:
            text = self.fields.get(name)
            if isinstance(text, forms.CharField) and text.required and text.strip and not seen(str(value)):
                self.add_error(name, text.error_messages["required"])
        if wrong := next((field for name, field in self.fields.items() if name in self.errors), None):
            wrong.widget.attrs["autofocus"] = True
