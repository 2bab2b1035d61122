"""What the values of environment variables must be. A wrong one is refused by its name when a program starts.

No message quotes a secret. `is_strict` is production: with DEBUG a developer's machine may do without.
"""

import logging
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from cryptography.fernet import Fernet
from django.http.request import validate_host

from accounts.addresses import HOST, address_of, problem_of_site
from accounts.this_machine import is_this_machine
from mikiwame_kaonavi.variables import YES_OR_NO, refused

SHORTEST_SECRET, FEWEST_SIGNS = 50, 5  # what Django's own check asks for
SWITCHES = {"ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 587, "smtp+ssl": 465}  # django-environ's schemes for SMTP
MAIL_EXAMPLE = "例: smtp+tls://利用者:パスワード@smtp.example.co.jp:587"
EXAMPLE = "例: SITE_URL=https://mikiwame.example.co.jp（引用符や空白は付けません）"


def fernet_keys(text: str) -> list[str]:
    """The keys of CREDENTIAL_KEYS. One that is malformed is named by its place: its text may be half a real key."""
    keys = [key.strip() for key in text.split(",")]
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise refused(
                "CREDENTIAL_KEYS", f"の{place}番目の値は鍵の形式ではありません（.env.example に作り方があります）。"
            ) from None
    return keys


def secret_key(text: str, *, is_strict: bool) -> str:
    """DJANGO_SECRET_KEY: long and varied enough that nobody finds it by trying."""
    if is_strict and (len(text.strip()) < SHORTEST_SECRET or len(set(text)) < FEWEST_SIGNS):
        raise refused(
            "DJANGO_SECRET_KEY",
            f"が短すぎます。{SHORTEST_SECRET}文字以上の推測できない値にしてください（.env.example に作り方があります）。",
        )
    return text


def hosts(text: str, *, is_strict: bool) -> list[str]:
    """DJANGO_ALLOWED_HOSTS as a list. `*` would let anybody choose the address that stands in our links."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if is_strict and "*" in names:
        raise refused("DJANGO_ALLOWED_HOSTS", "に「*」は使えません。画面を開くホスト名を書いてください。")
    for name in names:
        if name != "*" and not HOST.fullmatch(name.removeprefix(".").removeprefix("[").removesuffix("]")):
            raise refused(
                "DJANGO_ALLOWED_HOSTS",
                f"の「{name}」はホスト名ではありません。http:// やポート番号を付けず、複数はカンマで区切ります"
                "（サブドメインのすべては .example.co.jp のように書きます）。",
            )
    return names


def site_url(text: str, *, allowed_hosts: list[str] | None, is_strict: bool) -> str:
    """SITE_URL without its last slash. It stands in links that カオナビ shows for years: one that leads nowhere is refused.

    Its host must be one of `allowed_hosts`, where these are told, since the product answers to no other. `is_strict`:
    it must be https, or of this machine, since browsers send the cookies of a log-in nowhere else.
    """
    text = text.rstrip("\r\n")  # of a file that holds it
    _, host = address_of(text)
    problem = problem_of_site(text)
    is_served = allowed_hosts is None or validate_host(f"[{host}]" if ":" in host else host, allowed_hosts)
    if not problem and not is_served:
        problem = "このホスト名が DJANGO_ALLOWED_HOSTS にありません。どちらかを直してください。"
    elif not problem and is_strict and text.lower().startswith("http://") and not is_this_machine(host):
        problem = "http:// ではログインできません（Cookie は https:// だけで送られます）。https:// にしてください。"
    if problem:
        raise refused("SITE_URL", f"の値「{text}」は使えません。{problem}{EXAMPLE}")
    return text.rstrip("/")


def api_url(text: str, *, is_strict: bool) -> str:
    """KAONAVI_API_URL without its last slash. Keys and people's data travel to it: in production not in clear text."""
    text = text.rstrip("\r\n")
    parts, host = address_of(text)
    if parts is None or "?" in text or "#" in text:
        raise refused("KAONAVI_API_URL", "の値はアドレスの形式ではありません。")
    if is_strict and parts.scheme == "http" and not is_this_machine(host):
        raise refused("KAONAVI_API_URL", "の http:// は、このマシンのアドレスだけに使えます。https:// にしてください。")
    return text.rstrip("/")


def oidc(issuer: str, client_id: str, client_secret: str, *, is_strict: bool) -> tuple[str, str, str]:
    """OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: all of them or none. The issuer stays as it is written, to
    the last slash, since tokens name it so; in production people are not sent to it in clear text.
    """
    values = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": client_secret}
    values = {name: value.strip() for name, value in values.items()}
    if not any(values.values()):
        return "", "", ""
    for name, value in values.items():
        if not value:
            raise refused(
                name,
                "がありません。OIDC_ISSUER、OIDC_CLIENT_ID、OIDC_CLIENT_SECRET は、3つとも設定するか、3つとも空にします。",
            )
    issuer, client_id, client_secret = values.values()
    parts, host = address_of(issuer)
    if parts is None or "@" in parts.netloc or "?" in issuer or "#" in issuer:
        raise refused("OIDC_ISSUER", "の値はアドレスの形式ではありません。")
    if is_strict and parts.scheme == "http" and not is_this_machine(host):
        raise refused("OIDC_ISSUER", "の http:// は、このマシンのアドレスだけに使えます。https:// にしてください。")
    return issuer, client_id, client_secret


def database(text: str, embedded: Path) -> dict[str, Any]:
    """DATABASE_URL as Django has it; the SQLite file `embedded` where there is none."""
    if not text:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(embedded)}
    scheme, _, rest = text.partition("://")
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise refused("DATABASE_URL", "は sqlite:/// または postgresql:// で始まるアドレスにしてください。")
    if scheme == "sqlite" and rest != ":memory:" and not rest.startswith("//"):
        raise refused(
            "DATABASE_URL", "のファイルは、/ で始まるパスにしてください。例: sqlite:////var/lib/mikiwame/db.sqlite3"
        )
    refuse_torn_address("DATABASE_URL", text)
    config: dict[str, Any] = environ.Env.db_url_config(text)
    if not config["NAME"]:
        raise refused(
            "DATABASE_URL", "にデータベースの名前がありません。例: postgresql://利用者:パスワード@ホスト:5432/名前"
        )
    return switches(config)


def broker(text: str) -> str:
    """CELERY_BROKER_URL; several for a broker that fails over stand with `;` between them."""
    for address in text.split(";") if text else ():
        if not re.match(r"[a-z][a-z+]*://", address):
            raise refused(
                "CELERY_BROKER_URL",
                "は redis:// などで始まるアドレスにしてください。例: redis://:パスワード@ホスト:6379/0",
            )
        refuse_torn_address("CELERY_BROKER_URL", address)
    return text


def link(name: str, text: str) -> str:
    """An address that stands on our pages."""
    if not (text.startswith("mailto:") and "@" in text) and address_of(text)[0] is None:
        raise refused(name, "は https:// または mailto: で始まるアドレスにしてください。")
    return text


def proxy(text: str) -> str:
    """HTTPS_PROXY. It may hold a password, so it is not quoted."""
    if text:
        if not re.match(r"(https?|socks[45][ah]?)://[^/]", text):
            raise refused("HTTPS_PROXY", "は http:// で始まるアドレスにしてください。例: http://プロキシ:8080")
        refuse_torn_address("HTTPS_PROXY", text)
    return text


def certificates(text: str) -> str:
    """REQUESTS_CA_BUNDLE, which must be there: without it no call to カオナビ would succeed."""
    if text and not os.access(text, os.R_OK):
        raise refused("REQUESTS_CA_BUNDLE", "のファイルがないか、読めません。")
    return text


def token(name: str, text: str) -> str:
    """A text that travels in a header as it is."""
    if not text.isascii():
        raise refused(name, "に使えるのは、半角の英数字と記号だけです。")
    return text


def mail(text: str, *, is_strict: bool) -> tuple[str, int, str, str, bool, bool]:
    """EMAIL_URL as Django's settings have it: host ("" where there is none), port, user, password, STARTTLS, TLS.

    In production no password goes over a network in clear text.
    """
    if not text:
        return "", 25, "", "", False, False
    scheme = text.partition("://")[0].lower()
    if scheme not in MAIL_PORTS:
        raise refused("EMAIL_URL", f"は smtp:// 、smtp+tls:// 、smtp+ssl:// のどれかで始めてください。{MAIL_EXAMPLE}")
    refuse_torn_address("EMAIL_URL", text)
    parts = urlsplit(text)
    if not parts.hostname or not HOST.fullmatch(parts.hostname) or parts.path.strip("/") or parts.query:
        raise refused("EMAIL_URL", f"のアドレスを読み取れません。{MAIL_EXAMPLE}（記号は %40（@）のように書きます）")
    if scheme == "smtps" and parts.port == MAIL_PORTS["smtp+ssl"]:
        raise refused("EMAIL_URL", "の465番ポートは、smtp+ssl:// で始めてください。")
    if is_strict and scheme == "smtp" and parts.password and not is_this_machine(parts.hostname):
        raise refused("EMAIL_URL", "の smtp:// ではパスワードが暗号化されません。smtp+tls:// にしてください。")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    is_started = scheme in {"smtp+tls", "smtps"}
    return parts.hostname, parts.port or MAIL_PORTS[scheme], user, password, is_started, scheme == "smtp+ssl"


def chats(text: str) -> list[str]:
    """NOTIFY_URLS as a list; there is a library for them only where they are used. Each is a secret, told by its place.

    They stand with commas or blanks between them; a comma before anything but a scheme belongs to an address.
    """
    addresses = re.split(r"[\s,]+(?=[a-z0-9+.-]+://)", text.strip(" ,"), flags=re.IGNORECASE) if text else []
    if not addresses:
        return []
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its lines quote addresses; LOGGING comes later
    try:
        from apprise import Apprise  # noqa: PLC0415 - 20 MB, which nobody needs who has no chat
    except ImportError:
        raise refused(
            "NOTIFY_URLS", 'にはパッケージ apprise が要ります。pip install "apprise>=2.3,<3" を実行してください。'
        ) from None
    for place, address in enumerate(addresses, start=1):
        if Apprise.instantiate(address, suppress_exceptions=True) is None:
            raise refused(
                "NOTIFY_URLS",
                f"の{place}番目のアドレスを apprise が読み取れません（docs/operations.md に例があります）。",
            )
    return addresses


def refuse_torn_address(name: str, text: str) -> None:
    """A sign in a password that is not written as %40 and the like tears an address apart somewhere else."""
    try:
        parts = urlsplit(text.replace(":memory:", ""))
        _ = parts.port if "," not in parts.netloc else 0  # several hosts have a port each
        is_torn = bool(parts.fragment) or "@" in parts.path or any(map(str.isspace, text))
    except ValueError:
        is_torn = True
    if is_torn:
        raise refused(
            name, "のアドレスを読み取れません。パスワードの記号は %40（@）、%23（#）、%2F（/）のように書いてください。"
        )


def switches(config: dict[str, Any]) -> dict[str, Any]:
    """The same, where its options that are yes or no come as text, of which "false" would count as yes."""
    read = dict(config)
    for name in SWITCHES & read.keys():
        text = str(read[name]).lower()
        if text not in YES_OR_NO:
            raise refused("DATABASE_URL", f"の {name} は true か false にしてください。")
        read[name] = YES_OR_NO[text]
    return read
