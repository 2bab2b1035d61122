"""Forms that write what was changed on the page and nothing else: somebody else may have changed the rest meanwhile."""

from typing import Any

from django import forms


class OnlyChanged(forms.ModelForm):
    """Compares with what the page showed, which travels with it, and not with the row as it is by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def write(self) -> list[str]:
        """Save the fields that were changed; their names."""
        changed = list(self.changed_data)
        if changed:
            self.instance.save(update_fields=changed if self.instance.pk else None)
        return changed
