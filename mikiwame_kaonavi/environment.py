"""What the values of environment variables must be. A wrong one is refused by its name when a program starts.

No message quotes a secret. `is_strict` is production: with DEBUG a developer's machine may do without.
"""

import re
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from accounts.this_machine import is_this_machine

SHORTEST_SECRET, FEWEST_SIGNS = 50, 5  # what Django's own check asks for
# a name (xn-- for other scripts), or an address
HOST = re.compile(r"[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?|[0-9A-Fa-f:.]+")
EXAMPLE = "例: SITE_URL=https://mikiwame.example.co.jp（引用符や空白は付けません）"


def refused(name: str, problem: str) -> ImproperlyConfigured:
    """The error that names the variable; `problem` goes on after its name."""
    return ImproperlyConfigured(f"環境変数 {name} {problem}")


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
    names = [name.strip() for name in text.split(",")]
    if is_strict and "*" in names:
        raise refused("DJANGO_ALLOWED_HOSTS", "に「*」は使えません。画面を開くホスト名を書いてください。")
    return names


def site_url(text: str, allowed_hosts: list[str] | None) -> str:
    """SITE_URL without its last slash. It stands in links that カオナビ shows for years: one that leads nowhere is refused.

    `allowed_hosts`, in production: its host must be one of these, since the product answers to no other; and it must be
    https, or of this machine, since browsers send the cookies of a log-in nowhere else.
    """
    text = text.rstrip("\r\n")  # of a file that holds it
    parts, host = address_of(text)
    problem = ""
    if parts is None:
        problem = "http:// または https:// で始まるアドレスではありません。"
    elif "@" in parts.netloc or "?" in text or "#" in text:
        problem = "ユーザー名、「?」、「#」は付けられません。"
    elif allowed_hosts is not None and not validate_host(f"[{host}]" if ":" in host else host, allowed_hosts):
        problem = "このホスト名が DJANGO_ALLOWED_HOSTS にありません。どちらかを直してください。"
    elif allowed_hosts is not None and parts.scheme == "http" and not is_this_machine(host):
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


def address_of(text: str) -> tuple[SplitResult | None, str]:
    """The parts of an http address, and its host in small letters; None where it is none."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None, ""
    is_address = parts.scheme in ("http", "https") and HOST.fullmatch(host) and not any(map(str.isspace, text))
    return (parts, host) if is_address else (None, "")
