"""The icons of the package heroicons by its own names: it builds a picture anew at each use, a list has dozens."""

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons

register = template.Library()
DIFFERENT = 500  # icons with their sizes and classes; the product has about fifty

for draw in (heroicons.heroicon_micro, heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    register.simple_tag(lru_cache(DIFFERENT)(draw), name=draw.__name__)
