"""Forms about accounts."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest

from accounts.links import account_of
from accounts.only_changed import OnlyChanged
from accounts.roles import roles

REQUIRED = ("last_name", "email")
NAME_TAKEN = "このユーザー名はすでに使われています。"
SPENT = "このリンクは使用済みか、期限（3日間）が切れています。自社の管理者に、新しいリンクの発行を依頼してください。"


class AccountForm(OnlyChanged):
    """An account as administrators see it: who it is, and the one role that it has."""

    role = forms.ModelChoiceField(
        roles(),
        label="権限",
        required=False,
        empty_label="（権限なし）",
        help_text="「管理者」はすべての操作、「閲覧者」は閲覧だけができます。ほかはカスタム権限です。権限なしでは何も表示されません。",
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ("last_name", "first_name", "email")
        labels = {"last_name": "姓", "first_name": "名", "email": "メールアドレス"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            self.fields[name].required = True
        if self.instance.pk:
            self.fields["role"].initial = self.instance.groups.first()
            if self.instance.is_superuser:
                del self.fields["role"]

    def changes(self) -> dict[str, str]:
        """What was changed, without the role."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "role"}


class InvitationForm(AccountForm):
    """The same with the name by which the person logs in, which stays."""

    field_order = ("last_name", "first_name", "email", "username", "role")

    class Meta(AccountForm.Meta):
        fields = ("last_name", "first_name", "email", "username")
        labels = AccountForm.Meta.labels | {"username": "ユーザー名"}
        help_texts = {"username": "ログインに使います。半角英数字と @ . + - _ が使えます。あとから変更できません。"}
        error_messages = {"username": {"unique": NAME_TAKEN}}


def explain_rules(form: forms.Form) -> None:
    """Say in one paragraph what a password must be."""
    form.fields["new_password1"].help_text = "".join(password_validators_help_texts())


class PasswordCheck:
    """A form's question for the person's present password. Failures count as those of the log-in page do."""

    user: User
    request: HttpRequest

    def checked(self, password: str) -> str:
        """The password, if it is right."""
        if authenticate(self.request, username=self.user.get_username(), password=password) != self.user:
            raise forms.ValidationError("パスワードが正しくありません。")
        return password


class ConfirmForm(PasswordCheck, forms.Form):
    """The present password once more."""

    password = forms.CharField(
        label="パスワード",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, user: User, request: HttpRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.user, self.request = user, request

    def clean_password(self) -> str:
        """As above."""
        return self.checked(self.cleaned_data["password"])


class OwnPasswordForm(PasswordCheck, PasswordChangeForm):
    """A person's own new password."""

    def __init__(self, user: User, request: HttpRequest, data: Any = None) -> None:
        super().__init__(user, data)
        self.request = request
        explain_rules(self)

    def clean_old_password(self) -> str:
        """As above."""
        return self.checked(self.cleaned_data["old_password"])


class FirstPasswordForm(SetPasswordForm):
    """The code of a one-time link, and the password that it sets."""

    code = forms.CharField(
        label="コード",
        max_length=200,
        help_text="リンクから開くと自動で入ります。空白のときは、リンクの「#」より後ろを貼り付けてください。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "管理者から受け取ったリンクを開き直してください。"},
    )
    field_order = ("code", "new_password1", "new_password2")

    def __init__(self, data: Any = None) -> None:
        super().__init__(User(), data)
        explain_rules(self)

    def clean(self) -> dict[str, Any]:
        """The password is judged for the person whose link it is."""
        user = account_of(self.cleaned_data.get("code", ""))
        if user is None and "code" in self.cleaned_data:
            self.add_error("code", SPENT)
        self.user = user or self.user
        return super().clean() or self.cleaned_data
