"""The icons of the package heroicons by its own names: it builds a picture anew at each use, a list has dozens,
and for each icon it reads the directory of 1,300 anew.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import heroicons as package
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from heroicons.templatetags import heroicons

register = template.Library()
ICONS = ZipFile(BytesIO((files(package) / "heroicons.zip").read_bytes()))  # in memory: processes share no open file
UNNEEDED = re.compile(
    r' stroke-linecap="round"| stroke-linejoin="round"| stroke-width="1.5"| stroke="currentColor"|\s*\n\s*'
)
DIFFERENT = 500  # icons with their sizes and classes; the product has about fifty


def drawn(draw: Callable[..., str]) -> Callable[..., str]:
    """The same without what the style sheet says of every icon: a page has dozens of them."""

    @lru_cache(DIFFERENT)
    def tag(name: str, **attributes: str) -> str:
        return mark_safe(UNNEEDED.sub("", draw(name, **attributes)))  # noqa: S308 - the package's own markup

    return tag


package.ZipFile = lambda *_: nullcontext(ICONS)  # type: ignore[attr-defined,assignment]  # it opens its own each time
for draw in (heroicons.heroicon_micro, heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    register.simple_tag(drawn(draw), name=draw.__name__)
mini = drawn(heroicons.heroicon_mini)


@register.simple_tag
def draw_icons(*names: str) -> str:
    """Mini icons that the page shows nowhere by this: a long list refers to each by `drawn_icon`, and draws it once."""
    return format_html(
        "<svg hidden>{}</svg>", format_html_join("", '<g id="{}">{}</g>', ((name, mini(name)) for name in names))
    )


@register.simple_tag
def drawn_icon(name: str) -> str:
    """The icon of this name, which `draw_icons` has drawn."""
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><use href="#{}"/></svg>', name)
