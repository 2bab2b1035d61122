"""What a correction of results does to カオナビ, for pages that know nothing of it."""

from django import template

from integrations.screens.effects import after_deletion, after_edit, after_naming

register = template.Library()
register.simple_tag(after_naming, name="kaonavi_after_naming")
register.simple_tag(after_edit, name="kaonavi_after_edit")
register.simple_tag(after_deletion, name="kaonavi_after_deletion")
