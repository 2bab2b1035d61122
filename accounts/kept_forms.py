"""What somebody typed, over a log-in in between: the form that was sent comes back, and nothing of it was done.

A form is kept in the browser's session, encrypted, for half an hour at most, and only for the account for which its
page was made. That is known by the form's own token: its secret is another one after each log-in, and a signed cookie
says whose it was. Passwords, keys and files are never kept.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token  # type: ignore[attr-defined]  # the stubs leave it out
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.encryption import UnreadableSecretError, decrypt, encrypt
from accounts.form_secrets import secret_fields
from accounts.methods import is_page
from accounts.partials import lead, wants_part

KEPT = "kept_form"
PATIENCE = 30 * 60  # seconds
LARGEST = 256_000  # letters of a form
COOKIE = "whose_forms"
LOG_INS = 5  # the last ones of a browser, which its open pages may be from
QUESTION = "again-"  # begins the fields of `reauthentication`, which ask for the password

ENDED = "ログインの有効期限が切れたか、別の画面でログアウトしたため、操作は行われていません。"
WILL_STAY = "ログインすると元の画面に戻り、入力した内容が表示されます。"
WILL_NOT_STAY = "ログインしたあと、もう一度操作してください。"
BACK = "ログインし直しました。先ほどの操作は、まだ行われていません。入力した内容を確かめて、もう一度送信してください。"
BACK_EMPTY = "ログインし直しました。先ほどの操作は行われていません。必要な場合は、もう一度操作してください。"
SOMEBODY_ELSE = "画面を開いたときと別のアカウントでログインしているため、操作は行われていません。"
NO_FILE = "ログインの有効期限が切れたため、ファイルを受け取っていません。ログインしたあと、もう一度選択してください。"


def fingerprint(secret: str) -> str:
    return salted_hmac(COOKIE, secret).hexdigest()[:20]


def known_log_ins(request: HttpRequest) -> list[tuple[str, int]]:
    """The secrets of this browser's last log-ins as fingerprints, and the accounts, the newest first."""
    with suppress(signing.BadSignature, TypeError, ValueError):
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE)
        return [(str(mark), int(account)) for mark, account in found]
    return []


def owner(request: HttpRequest) -> int | None:
    """The account for which the page of the form that was sent was made; None where nobody can tell."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if len(token) != CSRF_TOKEN_LENGTH:
        return None
    try:
        mark = fingerprint(_unmask_cipher_token(token))
    except ValueError:  # letters that no token has
        return None
    return dict(known_log_ins(request)).get(mark)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write into the browser's cookie whose forms have the secret of now."""
    secret = request.META.get("CSRF_COOKIE")
    if not isinstance(request.user, User) or not secret:
        return
    now = (fingerprint(secret), request.user.pk)
    known = known_log_ins(request)
    if known[:1] != [now]:
        text = signing.dumps([now, *(one for one in known if one[0] != now[0])][:LOG_INS], salt=COOKIE)
        response.set_cookie(
            COOKIE,
            text,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def page_to_return_to(request: HttpRequest) -> str:
    """Where the person was: the page of the form itself or, where none is at its address, the one with the button."""
    if is_page(request.path):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(before)
        if is_page(parts.path):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("home")


def keep(request: HttpRequest, account: int, page: str) -> bool:
    """Keep the form for the account, to be shown at the page; whether there is something in it to be shown."""
    secret = secret_fields(request)
    typed = {
        name: values
        for name, values in request.POST.lists()
        if secret is not None and name not in secret and name != "csrfmiddlewaretoken" and not name.startswith(QUESTION)
    }
    kept = {"account": account, "path": urlsplit(page).path, "at": time.time(), "typed": {}}
    if typed and page == request.get_full_path():
        text = json.dumps(kept | {"typed": typed})
        kept["typed"] = typed if len(text) <= LARGEST else {}
    request.session[KEPT] = encrypt(json.dumps(kept))
    if not isinstance(request.user, User):
        request.session.set_expiry(PATIENCE)
    return bool(kept["typed"])


def ask_to_log_in(request: HttpRequest) -> HttpResponseRedirect:
    """To the log-in page. For a form that was sent it says why, and where the form can come back it will."""
    if request.method != "POST" or wants_part(request):
        return redirect_to_login(request.get_full_path())
    page, account = page_to_return_to(request), owner(request)
    stays = account is not None and keep(request, account, page)
    messages.warning(request, ENDED + (WILL_STAY if stays else WILL_NOT_STAY))
    return redirect_to_login(page)


def settle(request: HttpRequest, user: User) -> None:
    """Somebody has logged in: what was kept for another account goes."""
    request.session.set_expiry(None)
    if KEPT in request.session:
        kept = read(request.session[KEPT])
        if kept is None or kept["account"] != user.pk:
            del request.session[KEPT]
            messages.warning(request, SOMEBODY_ELSE)


def read(text: str) -> dict[str, Any] | None:
    """What was kept; None where it is too old or cannot be read any more."""
    with suppress(UnreadableSecretError, ValueError):
        kept: dict[str, Any] = json.loads(decrypt(text))
        return kept if time.time() - kept["at"] <= PATIENCE else None
    return None


def bring_back(request: HttpRequest) -> None:
    """At its page the form is `request.POST` of a request that only looks: the view shows it and does nothing."""
    kept = read(request.session[KEPT])
    if kept is None or kept["account"] != request.user.pk:
        del request.session[KEPT]
    elif kept["path"] == request.path:
        del request.session[KEPT]
        messages.warning(request, BACK if kept["typed"] else BACK_EMPTY)
        typed = QueryDict(mutable=True)
        for name, values in kept["typed"].items():
            typed.setlist(name, values)
        request.POST = typed  # type: ignore[assignment]  # of the stubs: an immutable one


class LogInMiddleware(LoginRequiredMiddleware):
    """Leads to the log-in page whoever is not logged in."""

    def handle_no_permission(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponseRedirect:
        return ask_to_log_in(request) if request.method == "POST" else super().handle_no_permission(request, view)


class KeptFormsMiddleware:
    """Brings a kept form back to its page, and remembers whose forms this browser shows. Stands behind the messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_look = request.method == "GET" and not wants_part(request)
        if is_look and KEPT in request.session and isinstance(request.user, User):
            bring_back(request)
        response = self.get_response(request)
        remember(request, response)
        return response


def lead_on_from_stale_form(request: HttpRequest) -> HttpResponse | None:
    """A form whose token is not that of now: somebody has logged in or out since its page was opened. None where that
    cannot be told from a page of somebody else's, which only wants to look like ours.
    """
    user, account = request.user, owner(request)
    if request.resolver_match and request.resolver_match.view_name in {"accounts:login", "accounts:logout"}:
        return lead_on_from_log_in(request)
    if not isinstance(user, User):
        return ask_to_log_in(request) if needs_log_in(request) else None
    if account is None:
        return None
    if account != user.pk:
        messages.warning(request, SOMEBODY_ELSE)
        return lead(request, reverse("home"))
    page = page_to_return_to(request)
    keep(request, account, page)
    return lead(request, page)


def needs_log_in(request: HttpRequest) -> bool:
    return bool(getattr(request.resolver_match and request.resolver_match.func, "login_required", True))


def lead_on_from_log_in(request: HttpRequest) -> HttpResponse | None:
    """The log-in page of before, or a second log-out. Without any cookie of ours there may never be one: None."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if isinstance(request.user, User):
        messages.info(request, "別の画面で、すでにログインしています。")
        return lead(request, wanted if is_ours else reverse("home"))
    if settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return None
    messages.warning(request, "画面を開いてから時間が経っています。もう一度ログインしてください。")
    return redirect_to_login(wanted if is_ours else reverse("home"))
