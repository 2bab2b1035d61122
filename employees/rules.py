"""What holds for an employee however they come: pages, files and every sync go by these rules. Pure."""

import re
import unicodedata
from datetime import date

BY_HAND = "manual"  # a 退職 that a person set, on a page or in a file
BY_KAONAVI = "kaonavi"

NUMBER = re.compile(r"[0-9A-Za-z\-_.@/+]*")
MAIL = re.compile(r"[!-?A-~]+@[!-\-/-?A-~]*\.[!-?A-~]*")  # visible ASCII, one @, something before it and a point behind
SYMBOLS_OF_NUMBERS = "- _ . @ / +"
OLDEST = 130  # years; nobody has lived as long
BORN = f"今日までの、{OLDEST}年前より後の日付"
DAY_REMAINS = "退職者フラグを外す場合は、退職日も空白にしてください。"


def is_employee_number(text: str) -> bool:
    """Whether `text` can be a 社員番号. A blank one can."""
    return NUMBER.fullmatch(text) is not None


def is_birth_date(day: date, today: date) -> bool:
    """Whether a person or a file may say that somebody was born then. What カオナビ delivers is taken as it is."""
    return day <= today and (day.year + OLDEST, day.month, day.day) > (today.year, today.month, today.day)


def source_by_hand(day: date | None, *, is_retired: bool) -> str:
    """Who set 退職日 and 退職者フラグ after a person changed one of them: nobody where neither is left."""
    return BY_HAND if day is not None or is_retired else ""


def is_mail(text: str) -> bool:
    """Whether `text` can be a mail address here.

    Nothing stricter than this: `a..b@docomo.ne.jp` and `a.@ezweb.ne.jp` are real addresses.
    """
    return MAIL.fullmatch(text) is not None


def half_width_mail(text: str) -> str:
    """What a mail typed in full width was meant to be, or "" where that would be no mail address either."""
    form = unicodedata.normalize("NFKC", text).strip()
    return form if is_mail(form) else ""
