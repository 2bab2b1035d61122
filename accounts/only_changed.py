"""Forms that write what was changed on the page and nothing else: somebody else may have changed the rest meanwhile."""

from typing import Any

from django import forms
from django.db.models import BLANK_CHOICE_DASH

from accounts.form_words import InWords

NOTHING_CHOSEN = ("", "（未選択）")


class OnlyChanged(InWords, forms.ModelForm):
    """Compares with what the page showed, which travels with it, and not with the row as it is by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
            if isinstance(field, forms.TypedChoiceField):
                choices: Any = field.choices
                field.choices = [NOTHING_CHOSEN if choice == BLANK_CHOICE_DASH[0] else choice for choice in choices]

    def write(self) -> list[str]:
        """Save the fields that were changed; their names."""
        changed = list(self.changed_data)
        if changed:
            self.instance.save(update_fields=changed if self.instance.pk else None)
        return changed
