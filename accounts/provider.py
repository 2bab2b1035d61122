"""Log-in by OpenID Connect: the company's provider says who somebody is, in a token whose every claim is judged here.

Nothing is remembered between two log-ins, neither the provider's addresses nor its keys: log-ins are rare, keys change.
"""

import io
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from accounts.site import site_url
from accounts.this_machine import is_safe_address

TIMEOUT = (3.05, 5.0)  # seconds to connect, and between two signs of life
DEADLINE = 10.0  # seconds for all that one request of ours asks of the provider
AT_ONCE = 8  # requests of ours that may wait for it
LONGEST_ANSWER = 1_000_000  # bytes
# what the libraries raise for a document that is something else than it should be
UNFIT = (
    *(AuthlibBaseError, JoseError),
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
)
LEEWAY = 60  # seconds by which the provider's clock may differ
# never none, nor a shared secret
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LONGEST_SUBJECT = 255
T = TypeVar("T")
at_once = threading.BoundedSemaphore(AT_ONCE)


class Refusal(models.TextChoices):
    """Why a log-in at the provider led nowhere: what is written down, and what the person reads."""

    UNREACHABLE = (
        "unreachable",
        "会社の認証サービスに接続できませんでした。しばらくしてから、もう一度お試しください。続くときは情報システム部門に連絡してください。",
    )
    STALE = (
        "stale",
        "ログインの手続きが途中で切れました。もう一度「会社のアカウントでログインする」からやり直してください。",
    )
    DECLINED = (
        "declined",
        "会社の認証サービスでログインが完了しませんでした。やり直しても同じときは、情報システム部門に連絡してください。",
    )
    NOT_BELIEVED = (
        "not_believed",
        "会社の認証サービスの応答を確認できなかったため、ログインを中止しました。情報システム部門に連絡してください。",
    )
    NO_MAIL = (
        "no_mail",
        "会社の認証サービスから、確認済みのメールアドレスが届きませんでした。情報システム部門に設定の確認を依頼してください。",
    )
    NO_ACCOUNT = (
        "no_account",
        "このメールアドレスのアカウントは登録されていません。自社の管理者に招待を依頼してください。",
    )
    SEVERAL_ACCOUNTS = (
        "several_accounts",
        "このメールアドレスのアカウントが複数あるため、ログインできません。自社の管理者に連絡してください。",
    )
    BOUND_TO_ANOTHER = (
        "bound_to_another",
        "このメールアドレスのアカウントには、別の会社のアカウントが登録されています。自社の管理者に連絡してください。",
    )
    ADDRESS_CHANGED = (
        "address_changed",
        "このアカウントは、使い始めたあとに管理者がメールアドレスを変更したため、会社のアカウントを登録できません。自社の管理者に連絡してください。",
    )
    STOPPED = "stopped", "このアカウントは停止されています。自社の管理者に連絡してください。"
    SOMEBODY_ELSE = (
        "somebody_else",
        "ログイン中の人とは別の会社のアカウントです。ログイン中と同じ会社のアカウントで確認してください。",
    )
    NOT_ASKED_AGAIN = (
        "not_asked_again",
        "会社の認証サービスで、ご本人の確認がやり直されませんでした。やり直しても同じときは、「二要素認証」を設定すると確認コードで確認できます。",
    )


class RefusedLogInError(Exception):
    """The provider lets nobody in this time. `refusal` says why; `account` is whose it would have been, where known."""

    def __init__(self, refusal: Refusal, account: User | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal, self.account = refusal, account


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of the provider. The browser keeps it: the answer must fit. `address` is where to go."""

    address: str
    state: str
    nonce: str
    verifier: str
    at: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `mail` is "" where the provider does not vouch for it. `asked_at` is when it asked
    the person who they are, which may be long before it sends them here; 0 where it does not tell.
    """

    issuer: str
    subject: str
    mail: str
    asked_at: float


def return_address() -> str:
    """Where the provider sends people back to: to be entered there."""
    return f"{site_url()}{reverse('accounts:provider_answer')}"


def ask(*, again: bool) -> Question:
    """A question for the provider; `again` makes it ask the person even if it knows them. Raises RefusedLogInError."""
    return_to = return_address()  # asked here: what the thread opened of the database nobody would close
    return in_time(lambda: question_for(return_to, again=again))


def identity_of(question: Question, code: str) -> Identity:
    """Who came back with the `code`. Raises RefusedLogInError."""
    return_to = return_address()
    return in_time(lambda: judged(claims_of(*exchanged(question, code, return_to), question)))


def in_time(work: Callable[[], T]) -> T:
    """What `work` learns from the provider. Raises RefusedLogInError, also when DEADLINE has passed.

    `requests` knows only silences, so an answer that drips would hold the person, and one of our few threads, for ever.
    The work has a thread of its own, which is given up: what it may still send is a code of no session.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits
            done.set_exception(error)
        finally:
            at_once.release()

    began = time.monotonic()
    if not at_once.acquire(timeout=DEADLINE):
        raise RefusedLogInError(Refusal.UNREACHABLE)
    threading.Thread(target=copy_context().run, args=[run], daemon=True).start()
    try:
        return done.result(began + DEADLINE - time.monotonic())
    except TimeoutError:
        raise RefusedLogInError(Refusal.UNREACHABLE) from None


def question_for(return_to: str, *, again: bool) -> Question:
    described_now = described()
    with session(described_now, return_to) as client:
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        more = {"prompt": "login", "max_age": "0"} if again else {}
        address, state = client.create_authorization_url(
            described_now["authorization_endpoint"], nonce=nonce, code_verifier=verifier, **more
        )
    return Question(address, state, nonce, verifier, time.time())


def exchanged(question: Question, code: str, return_to: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the provider gives for the code, and its keys."""
    described_now = described()
    with session(described_now, return_to) as client:
        try:
            answer = client.fetch_token(
                described_now["token_endpoint"], code=code, code_verifier=question.verifier, allow_redirects=False
            )
        except requests.RequestException:
            raise RefusedLogInError(Refusal.UNREACHABLE) from None
        except UNFIT:
            raise RefusedLogInError(Refusal.NOT_BELIEVED) from None
    return answer, fetched(described_now["jwks_uri"])


def claims_of(answer: dict[str, Any], keys: Any, question: Question) -> dict[str, Any]:
    """What the answer's token says, if the provider signed it for us, now, in answer to this question."""
    wanted = {
        "iss": {"essential": True, "value": settings.OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
    }
    asked = {
        "nonce": question.nonce,
        "client_id": settings.OIDC_CLIENT_ID,
        "access_token": answer.get("access_token"),
    }
    try:
        registry = JWSRegistry(algorithms=SIGNED_BY, strict_check_header=False)
        read = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), registry=registry)
        claims = CodeIDToken(read.claims, read.header, wanted, asked)
        claims.validate(leeway=LEEWAY)
    except UNFIT:
        raise RefusedLogInError(Refusal.NOT_BELIEVED) from None
    return dict(claims)


def judged(claims: dict[str, Any]) -> Identity:
    """The person of these claims. A mail address counts only where the provider vouches for it: `email_verified`, or
    `xms_edov` of Entra ID, which has no such claim.
    """
    subject, mail, at = claims.get("sub"), claims.get("email"), claims.get("auth_time")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\x00" in subject:
        raise RefusedLogInError(Refusal.NOT_BELIEVED)
    now = time.time()
    is_vouched_for = claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1", "true")
    return Identity(
        issuer=settings.OIDC_ISSUER,
        subject=subject,
        mail=mail if is_vouched_for and isinstance(mail, str) and mail.isascii() and mail.isprintable() else "",
        asked_at=min(float(at), now) if isinstance(at, int | float) and 0 <= at <= now + LEEWAY else 0,
    )


def session(described_now: dict[str, Any], return_to: str) -> OAuth2Session:
    """A client of the provider. The secret travels in a request's head, or in its form where the provider wants it."""
    ways = described_now.get("token_endpoint_auth_methods_supported")
    wants_form = isinstance(ways, list) and bool(ways) and "client_secret_basic" not in ways
    client = OAuth2Session(
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        scope="openid email",
        redirect_uri=return_to,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post" if wants_form else "client_secret_basic",
        default_timeout=TIMEOUT,
    )
    client.hooks["response"] = [limited]
    return client


def described() -> dict[str, Any]:
    """What the provider says of itself. It must be the one that we mean, and its addresses as safe as its own."""
    found = fetched(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    addresses = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if found.get("issuer") != settings.OIDC_ISSUER or not all(map(is_safe_address, addresses)):
        raise RefusedLogInError(Refusal.NOT_BELIEVED)
    return found


def fetched(address: str) -> dict[str, Any]:
    """A document of the provider."""
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False, hooks={"response": limited})
        answer.raise_for_status()
    except requests.RequestException:
        raise RefusedLogInError(Refusal.UNREACHABLE) from None
    try:
        found = answer.json()
    except UNFIT:
        raise RefusedLogInError(Refusal.NOT_BELIEVED) from None
    if answer.status_code != requests.codes.ok or not isinstance(found, dict):
        raise RefusedLogInError(Refusal.NOT_BELIEVED)
    return found


def limited(answer: requests.Response, **_: object) -> None:
    """Read the answer's body, up to a length that no document of a provider has."""
    with closing(answer.raw) as raw:
        body = raw.read(LONGEST_ANSWER + 1, decode_content=True)
    if len(body) > LONGEST_ANSWER:
        raise RefusedLogInError(Refusal.NOT_BELIEVED)
    answer.raw = io.BytesIO(body)
