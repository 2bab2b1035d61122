"""The form of 自動実行 > 通知."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, validate_email
from django.utils import timezone

from accounts.form_words import InWords
from integrations.channels import chat, mail
from integrations.models import NoticeDelivery, NoticeSettings

MOST_ADDRESSES = 20
validate_length = MaxLengthValidator(254)  # what a delivery keeps
OCCASIONS = ("of_failures", "of_problems", "of_held", "of_keys")


class NoticesForm(InWords, forms.ModelForm):
    """To whom, and of what. Chats are the variable's: here they are only told."""

    addresses = forms.CharField(
        label="送り先のメールアドレス",
        required=False,
        max_length=MOST_ADDRESSES * 260,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"1行に1つずつ、{MOST_ADDRESSES}件まで。それぞれに別のメールを送るので、ほかの送り先は見えません。",
    )

    class Meta:
        model = NoticeSettings
        fields = ("is_on", "addresses", "sender", *OCCASIONS, "silent_days", "only_automatic")
        help_texts = {
            "silent_days": "この日数のあいだ一度も成功していない同期を知らせます（ホームでも注意を表示します）。空欄の場合は知らせません。",
            "only_automatic": "失敗と一部エラーを、自動実行の処理についてだけ知らせます。ふだんは、人が実行した処理も知らせます"
            "（実行した人が画面を離れていることも、ほかの管理者が知りたいこともあるためです）。",
        }

    def __init__(self, data: Any = None, *, instance: NoticeSettings) -> None:
        self.was_on = instance.is_on
        super().__init__(data, instance=instance, initial={"addresses": "\n".join(instance.addresses)})
        self.fields["sender"].widget.attrs |= {"placeholder": mail.default_sender(), "autocomplete": "off"}
        self.fields["sender"].help_text = f"空欄の場合は {mail.default_sender()} です。"

    def occasion_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OCCASIONS]

    def clean_addresses(self) -> list[str]:
        """Each once, as it is sent to."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["addresses"])
        found = dict.fromkeys(word for word in re.split(r"[\s,;、]+", text) if word)
        for word in found:
            try:
                validate_email(word)
                validate_length(word)
                word.encode("ascii")
            except (forms.ValidationError, UnicodeError):
                raise forms.ValidationError(
                    f"「{word}」はメールアドレスではありません。半角の「名前@ドメイン」の形で、1行に1つずつ入力してください。"
                ) from None
        if len(found) > MOST_ADDRESSES:
            raise forms.ValidationError(f"送り先は{MOST_ADDRESSES}件までです（現在{len(found)}件）。")
        return list(found)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        has_mail = mail.is_set() and bool(cleaned.get("addresses"))
        if cleaned.get("is_on") and "addresses" not in self.errors and not has_mail and not chat.addresses():
            what = "メールアドレスを入力してください" if mail.is_set() else "送る方法がサーバーに設定されていません"
            self.add_error("is_on", f"通知の送り先がありません。{what}。")
        return cleaned

    def save(self, commit: bool = True) -> NoticeSettings:  # noqa: FBT001, FBT002 - as Django has it
        """What ended before notices were turned on is not told. An address that was taken out is kept nowhere else."""
        settings: NoticeSettings = self.instance
        if settings.is_on and not self.was_on:
            settings.counts_from = timezone.now()
        saved: NoticeSettings = super().save(commit)
        NoticeDelivery.objects.filter(channel="mail").exclude(target__in=saved.addresses).delete()
        return saved

    def differs_from(self, settings: NoticeSettings) -> bool:
        """Whether something else was sent than is set, or something that cannot be."""
        return self.is_bound and not (
            self.is_valid() and all(getattr(self.instance, name) == getattr(settings, name) for name in self.fields)
        )
