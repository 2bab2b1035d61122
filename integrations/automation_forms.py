"""The forms of 自動実行."""

import re
import unicodedata
from datetime import time
from typing import Any

from django import forms
from django.utils import timezone

from accounts.form_words import InWords
from integrations.models import AutomationSettings
from integrations.rules.schedule import DAYS, clock

MOST_TIMES = 24
TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})")
HOURS = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ScheduleForm(InWords, forms.ModelForm):
    """When what runs by itself, and the hours in which カオナビ may be away."""

    weekdays = forms.MultipleChoiceField(
        label="曜日",
        required=False,
        choices=[(str(number), f"{day}曜日") for number, day in enumerate(DAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    times = forms.CharField(
        label="時刻",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "7:00、19:00"}),
        help_text=f"24時間で、1分単位で入力します。複数の場合は「、」で区切ります（1日{MOST_TIMES}回まで）。",
    )

    class Meta:
        model = AutomationSettings
        fields = (
            "is_scheduled",
            "weekdays",
            "times",
            "skips_holidays",
            "sends_results",
            *("maintenance_from", "maintenance_to"),
        )
        widgets = {"maintenance_from": HOURS, "maintenance_to": HOURS}

    def __init__(self, data: Any = None, *, instance: AutomationSettings) -> None:
        self.before = (instance.is_scheduled, instance.schedule)
        shown = {"weekdays": list(map(str, instance.weekdays)), "times": "、".join(map(clock, instance.schedule.times))}
        super().__init__(data, instance=instance, initial=shown)

    def clean_weekdays(self) -> list[int]:
        return sorted(map(int, self.cleaned_data["weekdays"]))

    def clean_times(self) -> list[str]:
        """Each time once, in order, as it is stored."""
        words = [*filter(None, re.split(r"[\s、,，・]+", unicodedata.normalize("NFKC", self.cleaned_data["times"])))]
        found = set()
        for word in words:
            match = TIME_OF_DAY.fullmatch(word)
            if match is None or int(match[1]) > 23 or int(match[2]) > 59:
                raise forms.ValidationError(f"「{word}」は時刻ではありません。「7:00、19:30」の形で入力してください。")
            found.add(time(int(match[1]), int(match[2])).isoformat("minutes"))
        if len(found) > MOST_TIMES:
            raise forms.ValidationError(f"時刻は1日{MOST_TIMES}回までです（現在{len(found)}回）。")
        return sorted(found)

    def save(self, commit: bool = True) -> AutomationSettings:  # noqa: FBT001, FBT002 - as Django has it
        """Times that have passed are not made up by a schedule that was changed or turned on after them."""
        settings: AutomationSettings = self.instance
        if self.before != (settings.is_scheduled, settings.schedule):
            settings.counts_from = timezone.now()
        saved: AutomationSettings = super().save(commit)
        return saved
