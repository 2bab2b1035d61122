"""What can be a mail address here. Pure: the forms and every import go by the same rule."""

import unicodedata


def is_mail(text: str) -> bool:
    """Whether `text` can be a mail address here.

    Nothing stricter than this: `a..b@docomo.ne.jp` and `a.@ezweb.ne.jp` are real addresses.
    """
    if not text.isascii() or not text.isprintable() or " " in text or text.count("@") != 1:
        return False
    name, _, domain = text.partition("@")
    return name != "" and "." in domain


def half_width_mail(text: str) -> str:
    """What a mail typed in full width was meant to be, or "" where that would be no mail address either."""
    form = unicodedata.normalize("NFKC", text).strip()
    return form if is_mail(form) else ""
