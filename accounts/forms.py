"""Forms about accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import (
    AuthenticationForm,
    BaseUserCreationForm,
    PasswordChangeForm,
    SetPasswordForm,
    UsernameField,
)
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest
from django.http.request import validate_host

from accounts.addresses import address_of, problem_of_site
from accounts.encryption import UnreadableSecretError
from accounts.form_words import InWords
from accounts.links import account_of
from accounts.models import LogInPolicy
from accounts.only_changed import OnlyChanged
from accounts.policy import has_provider
from accounts.roles import roles
from accounts.second_factor import factor_of

REQUIRED = ("last_name", "email")
NAME_TAKEN = "このユーザー名はすでに使われています。"
SPENT = "このリンクは使用済みか、期限（3日間）が切れています。自社の管理者に、新しいリンクの発行を依頼してください。"
WRONG_CODE = "確認コードが正しくないか、すでに使われています。新しいコードが表示されるのを待って入力してください。"
UNREADABLE = (
    "サーバーの鍵（CREDENTIAL_KEYS）が合わないため、認証アプリのコードを確認できません。"
    "リカバリーコードを入力するか、この製品を管理している情報システム部門に連絡してください。"
)


class LogInForm(InWords, AuthenticationForm):
    """User name and password."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "ユーザー名またはパスワードが正しくありません。大文字と小文字を区別して、もう一度入力してください。"
    }


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


class CodeInput(forms.PasswordInput):
    """Can be read while it is typed, and never comes back with the page."""

    input_type = "text"


def token_field() -> forms.CharField:
    return forms.CharField(
        label="確認コード",
        max_length=40,
        help_text="認証アプリに表示されている6桁の数字を入力してください。スマートフォンがないときは、リカバリーコードを1つ入力します。",
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": "確認コードを入力してください。"},
    )


def check_token(form: forms.Form, request: HttpRequest, user: User) -> None:
    """Judge the form's code and spend it."""
    token = form.cleaned_data.get("token")
    if not token:
        return
    try:
        if authenticate(request, username=user.get_username(), token=token) != user:
            form.add_error("token", WRONG_CODE)
    except UnreadableSecretError:
        form.add_error("token", UNREADABLE)


class TokenForm(InWords, forms.Form):
    """The second question of a log-in."""

    def __init__(self, user: User, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.user, self.request = user, request
        self.fields["token"] = token_field()
        self.fields["token"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """As above."""
        check_token(self, self.request, self.user)
        return self.cleaned_data


class PolicyForm(InWords, forms.Form):
    """ログインの設定. Without a provider there is nothing to ask about passwords."""

    everyone_needs_factor = forms.BooleanField(label="全員に必須とする", required=False)
    roles_that_need_factor = forms.ModelMultipleChoiceField(
        roles(),
        label="必須とする権限",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選んだ権限の人は、次のページを開いたときに設定のページへ案内され、設定が終わるまでほかのページを開けません。",
    )
    allows_passwords = forms.BooleanField(
        label="パスワードでのログインを許可する",
        required=False,
        help_text="外すと、会社のアカウントでしかログインできなくなります。パスワードでログインしている人のログインは、保存したときに終了します。",
    )

    def __init__(self, data: Any = None, *, now: LogInPolicy) -> None:
        initial = {
            "everyone_needs_factor": now.everyone_needs_factor,
            "roles_that_need_factor": now.roles_that_need_factor.all(),
            "allows_passwords": now.allows_passwords,
        }
        super().__init__(data, initial=initial)
        if not has_provider():
            del self.fields["allows_passwords"]


class SetUpForm(InWords, forms.Form):
    """The code by which the app shows that it has the secret."""

    token = forms.CharField(
        label="確認コード",
        max_length=40,
        help_text="アプリに表示された6桁の数字を入力してください。",
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "確認コードを入力してください。"},
    )


class PasswordCheck(InWords, forms.Form):
    """A form's question for the person's present password, and for a code where the account has a second factor.

    Failures count as those of the log-in page do. The code is judged only after a right password, and with it spent.
    """

    password_field = "password"  # noqa: S105 - the name of the field
    user: User
    request: HttpRequest

    def ask(self, user: User, request: HttpRequest) -> None:
        """To be called last in `__init__`."""
        self.user, self.request = user, request
        if factor_of(user) is not None:
            self.fields["token"] = token_field()
            self.order_fields([self.password_field, "token"])

    def clean(self) -> dict[str, Any]:
        """Password and code are right."""
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get(self.password_field)
        if password is None or self.errors:
            return cleaned
        if authenticate(self.request, username=self.user.get_username(), password=password) != self.user:
            self.add_error(self.password_field, "パスワードが正しくありません。")
        elif "token" in self.fields:
            check_token(self, self.request, self.user)
        return cleaned


class ConfirmForm(PasswordCheck):
    """The present password once more."""

    password = forms.CharField(
        label="パスワード",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, user: User, request: HttpRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.ask(user, request)


class ConfirmAtProviderForm(ConfirmForm):
    """For whoever logged in at the provider and has a second factor: its code alone. Without one there is no answer."""

    password = None  # type: ignore[assignment]  # Django's way of taking away a field of the parent form
    is_at_provider = True

    def clean(self) -> dict[str, Any]:
        """The code is right."""
        if "token" in self.fields:
            check_token(self, self.request, self.user)
        else:
            self.add_error(None, "会社のアカウントで確認してから、「次へ進む」を押下してください。")
        return self.cleaned_data


class OwnPasswordForm(PasswordCheck, PasswordChangeForm):
    """A person's own new password."""

    password_field = "old_password"  # noqa: S105 - as above

    def __init__(self, user: User, request: HttpRequest, data: Any = None) -> None:
        super().__init__(user, data)
        self.ask(user, request)
        explain_rules(self)

    def clean_old_password(self) -> str:
        """Judged in `clean`, where a wrong one counts."""
        return str(self.cleaned_data["old_password"])


class FirstPasswordForm(InWords, SetPasswordForm):
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


class FirstAdministratorForm(InWords, BaseUserCreationForm):
    """最初の管理者: the code that the machine printed, and who it is."""

    code = forms.CharField(
        label="セットアップコード",
        max_length=100,
        help_text="起動したときにターミナル（コンテナーではログ）に表示されたコードです。manage.py setup_code で発行し直せます。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": "セットアップコードを入力してください。"},
    )
    field_order = ("code", "last_name", "first_name", "username", "email", "password1", "password2")

    class Meta(InvitationForm.Meta):
        fields = ("last_name", "first_name", "username", "email")
        field_classes = {"username": UsernameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            self.fields[name].required = True
        del self.fields["username"].widget.attrs["autofocus"]
        for name, kind in (("last_name", "family-name"), ("first_name", "given-name"), ("email", "email")):
            self.fields[name].widget.attrs["autocomplete"] = kind
        self.fields["code"].widget.attrs["autofocus"] = True
        self.fields["password1"].help_text = "".join(password_validators_help_texts())


class SiteAddressForm(InWords, forms.Form):
    """画面のアドレス. Another one than that by which the page was opened is asked about, since it may lead nowhere."""

    address = forms.CharField(
        label="画面のアドレス",
        max_length=500,
        help_text="ほかの人もこのアドレスで開きます。カオナビに登録するリンクにも使うので、長く変えないものにします。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        error_messages={"required": "画面のアドレスを入力してください。"},
    )
    is_sure = forms.BooleanField(label="入力したアドレスでこの製品の画面が表示されることを確かめました", required=False)

    def __init__(self, data: Any = None, *, now: str, opened: str) -> None:
        super().__init__(data, initial={"address": now})
        self.opened = opened
        if data is None:
            del self.fields["is_sure"]

    def clean_address(self) -> str:
        """Without its last slash, the host in small letters."""
        address = str(self.cleaned_data["address"])
        parts, host = address_of(address)
        if problem := problem_of_site(address):
            raise forms.ValidationError(problem)
        if not settings.DO_HOSTS_FOLLOW_SITE and not validate_host(
            f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS
        ):
            raise forms.ValidationError("このホスト名が環境変数 DJANGO_ALLOWED_HOSTS にありません。")
        return f"{parts.scheme}://{parts.netloc.lower()}" if parts else address

    def clean(self) -> dict[str, Any]:
        """As above."""
        cleaned = super().clean() or self.cleaned_data
        address = cleaned.get("address")
        if address in {None, self.opened}:
            del self.fields["is_sure"]
        elif not cleaned.get("is_sure"):
            self.add_error(
                "is_sure",
                f"いま開いているアドレス（{self.opened}）と違います。保存すると、いまのアドレスでは開けなくなります"
                "（このマシンの localhost を除きます）。先に入力したアドレスを開き、この製品の画面が表示されるかを確かめてください"
                "（保存するまでは「このアドレスでは開けません」と表示されます）。",
            )
        return cleaned
