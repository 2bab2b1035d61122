"""The file `.env`, read so that no line means something else than it says: what is unclear is refused by line and name.

A line is `NAME=value`, with `export`, blanks around `=`, quotes, and behind a blank a comment, as shells and containers
write them; `$` is a sign like any other. Notepad's UTF-16 is read as what it is; Shift_JIS is refused.
"""

import codecs
import io
import re
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from dotenv.parser import parse_stream

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LOOKS_LIKE_A_NAME = re.compile(rb"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)")
END_OF_LINE = re.compile(r"\r\n|\n|\r")
SAVE = "UTF-8 で保存し直してください。"


class Line(NamedTuple):
    """What one line sets, and which line it is."""

    value: str
    number: int


def read(path: Path) -> dict[str, Line]:
    """What the file sets, by name; nothing where there is no file. Raises ImproperlyConfigured."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path.name} を読めません（{error.strerror}）。このプログラムの利用者が読めるファイルにするか、取り除いてください。"
        ) from None
    found: dict[str, Line] = {}
    for number, text in enumerate(END_OF_LINE.split(decoded(path.name, content)), start=1):
        setting = setting_of(path.name, number, text)
        if setting is None:
            continue
        name, value = setting
        if name in found:
            problem = f"と{found[name].number}行目の両方に {name} があります。一方を消してください。"
            raise refused(path.name, number, problem)
        found[name] = Line(value, number)
    return found


def decoded(file: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise ImproperlyConfigured(f"{file} の文字を読み取れません。{SAVE}") from None
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        name = LOOKS_LIKE_A_NAME.match(content[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :])
        of = f"（{name[1].decode()}）" if name else ""
        number = len(END_OF_LINE.split(before.decode()))
        raise refused(file, number, f"{of}は UTF-8 ではありません（Shift_JIS などです）。{SAVE}") from None
    if "\0" in text:
        raise refused(file, text[: text.index("\0")].count("\n") + 1, f"の文字を読み取れません。{SAVE}")
    return text


def setting_of(file: str, number: int, text: str) -> tuple[str, str] | None:
    """Name and value of one line; None for one that is empty or a comment."""
    if not text.strip() or text.lstrip().startswith("#"):
        return None
    [binding] = parse_stream(io.StringIO(text))
    name = binding.key or ""
    if binding.error or not NAME.fullmatch(name):
        raise refused(file, number, "を読み取れません。「名前=値」の形で、引用符は値の両端に同じものを付けてください。")
    if binding.value is None:
        raise refused(file, number, f"（{name}）に「=」がありません。「{name}=値」としてください。")
    return name, binding.value


def refused(file: str, number: int, problem: str) -> ImproperlyConfigured:
    """The error that names the line; `problem` goes on after it. No value is quoted: it may be a secret."""
    return ImproperlyConfigured(f"{file} の{number}行目{problem}")
