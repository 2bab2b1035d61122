"""Forms about カオナビ."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from accounts.form_words import InWords
from assessments.models import Scale
from integrations.files.upload_limit import LARGEST_UPLOAD, MEGABYTE
from integrations.handling import Said
from integrations.models import KaonaviConnection, ProblemNote
from integrations.models.connection import ITEM, SWITCH
from integrations.rules.employees.fields import OWN_ITEMS
from integrations.rules.results.sheets import LABELS, SCALE

LONGEST_ITEM_NAME = 200
OWN = "".join(f"「{item}」" for item in OWN_ITEMS.values())


class FilterForm(InWords, forms.Form):
    """What a list is to show, by the query of its address. A part that makes no sense is left out."""

    @classmethod
    def chosen(cls, query: QueryDict) -> dict[str, str]:
        """What was asked for, by field; "" where nothing was."""
        form = cls(query)
        form.is_valid()
        return {name: form.cleaned_data.get(name, "") for name in form.fields}


class ConnectionForm(InWords, forms.Form):
    """認証情報の入力. Words and messages are the manual's; the secret never comes back to the page."""

    consumer_key = forms.CharField(
        label="Consumer Key",
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "キーを入力", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Consumer Keyを入力してください"},
    )
    consumer_secret = forms.CharField(
        label="Consumer Secret",
        max_length=500,
        widget=forms.PasswordInput(attrs={"placeholder": "シークレットを入力", "autocomplete": "off"}),
        error_messages={"required": "Consumer Secretを入力してください"},
    )


def item_labels(scales: list[Scale]) -> dict[str, str]:
    """What can be given the name of an item in カオナビ's sheets: key in `sheet_item_names` → label."""
    return LABELS | {SCALE + scale.code: scale.name for scale in scales}


class UploadForm(InWords, forms.Form):
    """A file to take in. What stands in it is looked at in the background."""

    EXTENSIONS = (".csv", ".xlsx")
    too_large = f"{LARGEST_UPLOAD // MEGABYTE} MB までのファイルに分けて取り込んでください"

    file = forms.FileField(
        label="ファイル",
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        help_text=f"CSV（UTF-8 または Shift_JIS）か Excel ブック（.xlsx）。{LARGEST_UPLOAD // MEGABYTE} MB まで。",
        error_messages={"required": "ファイルを選択してください。", "empty": "ファイルが空です"},
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        """`is_too_large`: the file was so large that it was not kept."""
        super().__init__(*args, **kwargs)
        if is_too_large:
            self.fields["file"].error_messages["required"] = f"ファイルが大きすぎます。{self.too_large}"

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(self.EXTENSIONS):
            raise forms.ValidationError(
                "この種類のファイルは取り込めません。CSV（.csv）または Excel ブック（.xlsx）で保存してから選択してください"
            )
        return file


class ItemChoiceForm(InWords, forms.Form):
    """One item of カオナビ's sheet that stands for one of ours, chosen in 連携チェック."""

    item_key = forms.ChoiceField()
    name = forms.CharField(max_length=LONGEST_ITEM_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = item_labels(list(Scale.objects.kept()))
        self.fields["item_key"] = forms.ChoiceField(choices=list(self.labels.items()))

    @property
    def label(self) -> str:
        """What it stands for."""
        return self.labels[self.cleaned_data["item_key"]]

    @property
    def field(self) -> str:
        """The box of 詳細設定 that holds the same."""
        return f"{ITEM}{self.cleaned_data['item_key']}"

    def save(self, connection: KaonaviConnection) -> str:
        """Remember the choice; which name counted until now, the literal one unless told."""
        before: str = connection.sheet_item_names.get(self.cleaned_data["item_key"], self.label)
        connection.sheet_item_names = {
            **connection.sheet_item_names,
            self.cleaned_data["item_key"]: self.cleaned_data["name"],
        }
        connection.save(update_fields=["sheet_item_names"])
        return before


class KaonaviSettingsForm(InWords, forms.ModelForm):
    """How the syncs behave: doubled names, the name filler, the question before blanking, items, scales to send."""

    class Meta:
        model = KaonaviConnection
        fields = ("qualify_duplicate_names", "first_name_filler", "overwrite_missing_items", "guard_percent")
        help_texts = {
            "qualify_duplicate_names": "カオナビに同じ名前の部署が複数あるとき、部署名重複エラーにせず、「親部署名 部署名」として登録します。",
            "first_name_filler": "カオナビの氏名にスペースがないとき、氏名はすべて「姓」に登録されます。そのときに「名」へ設定する文字列です（フリガナも同じです）。",
            "overwrite_missing_items": f"カオナビに項目{OWN}が見つからないとき、確認待ちにせず、空白で上書き更新します。",
            "guard_percent": "一度の同期で、ある項目が空白になる社員、「カオナビになし」になる社員や部署、退職者になる社員、"
            "別の人かもしれない社員が、この割合（％）以上になるときは、書き込む前に確認待ちで止まります（10件以上のとき。"
            "最初の同期では止まりません）。0にすると止まりません。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scales = list(Scale.objects.kept())
        names = self.instance.sheet_item_names
        # the three that every sheet needs, and the scales for which 連携チェック has chosen another item
        self.items = {key: label for key, label in item_labels(self.scales).items() if key in LABELS or key in names}
        for key, label in self.items.items():
            self.fields[f"{ITEM}{key}"] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST_ITEM_NAME,
                initial=names.get(key, ""),
                widget=forms.TextInput(attrs={"placeholder": label}),
            )
        for scale in self.scales:
            self.fields[f"{SWITCH}{scale.code}"] = forms.BooleanField(
                label=scale.name,
                required=False,
                initial=self.instance.scale_switches.get(scale.code, scale.kaonavi_item != Scale.KaonaviItem.OFF),
            )

    def item_fields(self) -> list[BoundField]:
        """The boxes for item names of the sheets."""
        return [self[f"{ITEM}{key}"] for key in self.items]

    def scale_groups(self) -> list[tuple[str, list[BoundField]]]:
        """The switches, by category, in the order of the scales."""
        return [
            (category, [self[f"{SWITCH}{scale.code}"] for scale in scales])
            for category, scales in groupby(self.scales, key=lambda scale: scale.category)
        ]

    def save(self, commit: bool = True) -> KaonaviConnection:  # noqa: FBT001, FBT002 - Django's own signature
        """Store what was chosen. A name left blank is the literal one."""
        names = {key: self.cleaned_data[f"{ITEM}{key}"] for key in self.items}
        self.instance.sheet_item_names = {key: name for key, name in names.items() if name}
        self.instance.scale_switches = {scale.code: self.cleaned_data[f"{SWITCH}{scale.code}"] for scale in self.scales}
        return super().save(commit)


class HandlingForm(InWords, forms.Form):
    """対応 of one problem, whose `note` there may be, or of `many`: then what is left blank stays as it is of each.

    Of one problem what was not changed on the page stays too: somebody else may have changed it meanwhile.
    """

    class Decision(models.TextChoices):
        KEEP = "keep", "変えない"
        OPEN = "open", "対応する"
        ASIDE = "aside", "対応不要にする"

    decision = forms.ChoiceField(label="対応", choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="対応不要の理由",
        required=False,
        max_length=1000,
        help_text="「対応不要にする」場合は、必ず入力してください。",
    )
    until = forms.DateField(
        label="対応不要の終了日",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="この日を過ぎると、要対応に戻ります。空欄の場合は、カオナビなどの値が変わるまで対応不要のままです。",
    )
    assignee = forms.CharField(
        label="担当",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "assignees", "autocomplete": "off"}),
    )
    memo = forms.CharField(label="メモ", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, *args: Any, note: ProblemNote | None, is_set_aside: bool = False, many: bool = False, **kwargs: Any
    ) -> None:
        initial: dict[str, object] = {"decision": self.Decision.ASIDE if is_set_aside else self.Decision.OPEN}
        if many:
            initial = {"decision": self.Decision.KEEP}
        elif note is not None:
            initial |= {name: getattr(note, name) for name in ("reason", "until", "assignee", "memo")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.is_many = many
        for field in self.fields.values():
            field.show_hidden_initial = not many
        choice = self.fields["decision"]
        if isinstance(choice, forms.ChoiceField) and not many:
            choice.choices = [pair for pair in self.Decision.choices if pair[0] != self.Decision.KEEP]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("decision") == self.Decision.ASIDE:
            if not cleaned.get("reason") and "reason" not in self.errors:
                self.add_error("reason", "対応不要にする理由を入力してください")
            if cleaned.get("until") and cleaned["until"] < timezone.localdate():
                self.add_error("until", "今日以降の日付を入力してください")
        return cleaned

    def decision_as_shown(self) -> str:
        """What the page shows of it, to travel with the form."""
        return "" if self.is_many else self["decision"].as_hidden(only_initial=True)

    @property
    def said(self) -> Said:
        """What the form says. 「対応する」 of a problem that is open says nothing."""
        told, changed = self.cleaned_data, set(self.changed_data)
        decides = told["decision"] != self.Decision.KEEP if self.is_many else changed & {"decision", "reason", "until"}
        texts = {name for name in ("assignee", "memo") if (told[name] if self.is_many else name in changed)}
        return Said(
            is_set_aside=told["decision"] == self.Decision.ASIDE if decides else None,
            reason=told["reason"],
            until=told["until"],
            **{name: told[name] for name in texts},
        )
