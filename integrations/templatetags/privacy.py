"""Values of 本人開示 as a person reads them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from integrations.screens.disclosure import Section

register = template.Library()


@register.filter
def cells(section: Section) -> list[list[str]]:
    """The rows as texts, in the order of the headings."""
    return [[text_of(row.get(key)) for key in section.columns] for row in section.rows]


@register.filter
def named(section: Section) -> list[list[tuple[str, str]]]:
    """The rows, each as its headings and texts."""
    return [list(zip(section.columns.values(), row, strict=True)) for row in cells(section)]


def text_of(value: Any) -> str:
    """As the other pages write it."""
    if value is None or value == "":
        return "なし"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y/%m/%d %H:%M}"
    return f"{value.year:04}/{value.month:02}/{value.day:02}" if isinstance(value, date) else str(value)
