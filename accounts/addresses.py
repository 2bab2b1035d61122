"""What an address of a site must look like. Here because the settings ask before Django is up."""

import re
from urllib.parse import SplitResult, urlsplit

from django.http.request import split_domain_port

# a name (xn-- for other scripts), or an address
HOST = re.compile(r"[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?|[0-9A-Fa-f:.]+")


def address_of(text: str) -> tuple[SplitResult | None, str]:
    """The parts of an http address, and its host in small letters; None where it is none."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None, ""
    is_address = parts.scheme in ("http", "https") and HOST.fullmatch(host) and not any(map(str.isspace, text))
    return (parts, host) if is_address else (None, "")


def problem_of_site(text: str) -> str:
    """Why it cannot be the address of the pages, "" where it can."""
    parts, _ = address_of(text)
    if parts is None:
        return "http:// または https:// で始まるアドレスではありません。"
    if "@" in parts.netloc or "?" in text or "#" in text:
        return "ユーザー名、「?」、「#」は付けられません。"
    if not split_domain_port(parts.netloc.lower())[0]:
        return "ホスト名に使えない文字があります。英数字、ハイフン、ピリオドだけの名前を用意してください。"
    if parts.path.strip("/"):
        return "この製品はホスト名の直下で動くため、パスは付けられません。この製品のためのホスト名を用意してください。"
    return ""
