"""Pure: what is said of a single value, in words that are all known beforehand."""

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

LENGTHS = (1, 2, 6, 11, 21, 51, 101, 251, 1001)
COUNTS = (1, 2, 10, 100, 1000, 10_000, 100_000)
MILLISECONDS = (1, 100, 300, 1000, 3000, 10_000, 30_000, 120_000)
KILOBYTES = (1, 2, 10, 100, 1000, 10_000, 100_000)

DATE = re.compile(
    r"(\d{4}[-/.年]\d{1,2}([-/.月](\d{1,2}日?)?)?|\d{4}(\d{2}){1,2}(?=[ T]))"
    r"([ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
SERVICE = re.compile(r"\d{1,2}年(\d{1,2}[ヵヶかカケ]月)?", re.ASCII)
FORMS = {
    "先頭が0の数字": re.compile(r"0\d+", re.ASCII),
    "整数": re.compile(r"\d+", re.ASCII),
    "負の整数": re.compile(r"-\d+", re.ASCII),
    "小数（小数部1桁）": re.compile(r"-?\d*\.\d", re.ASCII),
    "小数（小数部2桁以上）": re.compile(r"-?\d*\.\d{2,}", re.ASCII),
    "桁区切りのある数": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII),
    "メールアドレス": re.compile(r"[^@\s]+@[^@\s]+"),
    "アドレス（https）": re.compile(r"https://\S+"),
    "アドレス（http）": re.compile(r"http://\S+"),
    "UUID": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}
SCRIPTS = {
    "漢字": re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    "ひらがな": re.compile("[\u3040-\u309f]"),
    "カタカナ": re.compile("[\u30a0-\u30ff]"),
    "半角カタカナ": re.compile("[\uff61-\uff9f]"),
    "英字": re.compile("[A-Za-z]"),
    "数字": re.compile("[0-9]"),
    "全角英数字": re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"),
    "半角空白": re.compile(" "),
    "全角空白": re.compile("\u3000"),
    "改行": re.compile("[\r\n]"),
    "半端な絵文字": re.compile("[\ud800-\udfff]"),
}
OTHER_SCRIPT = "記号など"


def within(value: int, steps: Sequence[int], unit: str) -> str:
    """The range that holds `value`, which is not below zero: 「10〜99件」."""
    if value < steps[0]:
        return f"0{unit}"
    if value >= steps[-1]:
        return f"{steps[-1]:,}{unit}以上"
    low, high = list(pairwise(steps))[bisect_right(steps, value) - 1]
    return f"{low:,}{unit}" if high == low + 1 else f"{low:,}〜{high - 1:,}{unit}"


def length_of(text: str) -> str:
    return within(len(text), LENGTHS, "字")


def count_of(number: int, unit: str = "件") -> str:
    return within(number, COUNTS, unit)


def size_of(octets: int) -> str:
    return within(-(-octets // 1000), KILOBYTES, "KB")


def time_of(seconds: float) -> str:
    return within(max(1, round(seconds * 1000)), MILLISECONDS, "ミリ秒")


def form_of(text: str) -> str:
    """The form of a text where it has one that we know: a date with each digit as 9, or a name of FORMS; else ""."""
    if not text:
        return "空文字"
    if not text.strip():
        return "空白だけ"
    if DATE.fullmatch(text) or SERVICE.fullmatch(text):
        return re.sub("9{5,}", "9…", re.sub("[0-9]", "9", text))
    return next((name for name, pattern in FORMS.items() if pattern.fullmatch(text)), "")


def scripts_of(text: str) -> set[str]:
    """Which kinds of characters are in it."""
    found = {name for name, pattern in SCRIPTS.items() if pattern.search(text)}
    known = "".join(pattern.pattern.strip("[]") for pattern in SCRIPTS.values())
    return found | ({OTHER_SCRIPT} if re.search(f"[^{known}]", text) else set())


def digits_of(number: float) -> str:
    """A number's form: 「整数（2〜5桁）」."""
    if type(number) is float and not math.isfinite(number):
        return "数ではない値"
    if number != int(number):
        return "小数"
    size = abs(number)
    digits = next((word for word, end in (("1桁", 1e1), ("2〜5桁", 1e5), ("6〜9桁", 1e9)) if size < end), "10桁以上")
    return f"{'負の' if number < 0 else ''}整数（{digits}）"
