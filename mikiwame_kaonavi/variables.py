"""Environment variables, `.env` and the files named by NAME_FILE, read so that nobody can be mistaken about a value.

django-environ reads; where it would guess (a text that is no number, a mistyped `true`, `$` before a value) a value is
refused by its name. Each reading is remembered with where it came from: `manage.py doctor` shows that.
"""

import os
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import environ
from django.core.exceptions import ImproperlyConfigured

from mikiwame_kaonavi import env_file

YES_OR_NO = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
QUOTES = "\"'`“”‘’"
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control characters, zero-width ones, halves of a character
SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD")
PASSWORD_IN_URL = re.compile(r"(?<=://).*@|(?<=password=)[^&]*")
# Of these addresses all is secret but the scheme.
WHOLLY_SECRET = {"NOTIFY_URLS"}
BEHIND_SCHEME = re.compile(r"(?<=://)\S+?(?=[\s,]*(?:$|[\s,][a-z0-9+.-]+://))", re.IGNORECASE)
MASK = "●●●"
SIMILAR = 0.85  # of difflib: one letter more, less or another in any name of ours
# Known to others, and too much like ours.
OTHERS = {"HTTP_PROXY", "http_proxy", "https_proxy", "no_proxy", "DJANGO_SETTINGS_MODULE"}

sources: dict[str, str] = {}  # name → where its value was found, for the messages about it


class Reading(NamedTuple):
    """A variable that the settings asked for. Its value is masked already where it is a secret."""

    name: str
    shown: str
    source: str  # "" where it is not set
    file: str = ""  # which NAME_FILE names


def refused(name: str, problem: str) -> ImproperlyConfigured:
    """The error that names the variable; `problem` goes on after its name."""
    return ImproperlyConfigured(f"環境変数 {name} {problem}{sources.get(name, '')}")


class Variables(environ.FileAwareEnv):
    """A blank variable counts as one that is not set. What the environment has goes before `.env`."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.readings: dict[str, Reading] = {}
        self.lines = env_file.read(file)
        self.file = file.name
        sources.clear()
        known_before = set(os.environ)
        for name, line in self.lines.items():
            plain = name.removesuffix("_FILE")
            if not {plain, f"{plain}_FILE"} & known_before:
                os.environ[name] = line.value
                sources[name] = f"（{self.file} の{line.number}行目）"

    def get_value(self, var: str, cast: Any = None, default: Any = None, **_: Any) -> Any:
        """The value as text, or as what `cast` says; `default` where there is none."""
        text = self.text(var)
        if not text:
            return default
        if cast is bool:
            if text.lower() not in YES_OR_NO:
                raise refused(var, "は true か false にしてください。")
            return YES_OR_NO[text.lower()]
        return text

    def whole(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number between these."""
        text = self.text(name) or str(default)
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise refused(name, f"は {least} から {most} までの整数（半角の数字）にしてください。")
        return int(text)

    def number(self, name: str, *, default: float, least: float, most: float) -> float:
        """A number between these."""
        text = self.text(name) or str(default)
        if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]+)?", text) or not least <= float(text) <= most:
            raise refused(name, f"は {least:g} から {most:g} までの数（半角）にしてください。")
        return float(text)

    def text(self, name: str) -> str:
        """What was written for it, "" where nothing was. Raises ImproperlyConfigured for what cannot be meant so."""
        value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
        if value.strip() and path.strip():
            raise refused(name, f"と {name}_FILE の両方が設定されています。どちらか一方にしてください。")
        if path.strip():
            value = content_of(f"{name}_FILE", path)
        elif value.strip():
            refuse_what_nobody_means(name, value)
        value = value if value.strip() else ""
        source = self._source(name, path) if value else ""
        self.readings[name] = Reading(name, shown(name, value), source, path.strip())
        return value

    def refuse_mistyped(self) -> None:
        """For the end of the settings: a name that nobody asked for but that is nearly one of ours was mistyped."""
        known = {name for plain in self.readings for name in (plain, f"{plain}_FILE")}
        for name in sorted(set(os.environ) - known - OTHERS):
            meant = meant_by(name, known, is_ours_alone=name in self.lines)
            if meant:
                raise refused(
                    name, f"という設定はありません。{meant} の誤りではありませんか。直すか、取り除いてください。"
                )

    def _source(self, name: str, path: str) -> str:
        given = f"{name}_FILE" if path.strip() else name
        where = f"{self.file} の{self.lines[given].number}行目" if given in sources else "環境変数"
        return f"{where}、ファイル {path}" if path.strip() else where


def meant_by(name: str, known: Iterable[str], *, is_ours_alone: bool) -> str:
    """Which variable was meant; "" where the name is somebody else's. In our own file `SECRET_KEY` is a mistake too."""
    if is_ours_alone:
        for each in sorted(known):
            if each.endswith(f"_{name.upper()}"):
                return each
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=SIMILAR)), "")


def content_of(name: str, path: str) -> str:
    """What is in the file that NAME_FILE names, without the end of its line."""
    refuse_what_nobody_means(name, path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise refused(name, f"のファイル {path} を読めません（{error.strerror}）。") from None
    except UnicodeDecodeError:
        raise refused(name, f"のファイル {path} は UTF-8 ではありません。UTF-8 で保存し直してください。") from None
    if text.strip():
        refuse_what_nobody_means(name, text, where=f"のファイル {path} ")
    return text


def refuse_what_nobody_means(name: str, value: str, *, where: str = "") -> None:
    if value != value.strip():
        raise refused(name, f"{where}の値の前後に空白があります。取り除いてください。")
    if value[0] in QUOTES or value[-1] in QUOTES:
        raise refused(name, f"{where}の値の前後に引用符があります。取り除いてください。")
    if any(unicodedata.category(sign) in UNSEEN for sign in value):
        raise refused(name, f"{where}の値に、改行や目に見えない文字があります。入力し直してください。")


def shown(name: str, value: str) -> str:
    """The value for people's eyes: secrets and passwords in addresses are masked."""
    if value and SECRET.search(name):
        return MASK
    if name in WHOLLY_SECRET:
        return BEHIND_SCHEME.sub(MASK, value) if "://" in value else MASK * bool(value)
    return PASSWORD_IN_URL.sub(lambda found: MASK + "@" * found[0].endswith("@"), value)
