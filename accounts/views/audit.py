"""操作の記録: who did what to what, when, from where."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.form_words import InWords
from accounts.models import AuditEntry
from accounts.pagination import page_of
from accounts.rights import for_administrators
from accounts.search import mentions
from accounts.spelling import words_of
from accounts.subjects import subjects
from accounts.viewing_log import about


class AuditSearch(InWords, forms.Form):
    """What to look for. A part that makes no sense is left out of the search and says so."""

    person = forms.CharField(label="操作した人", required=False, max_length=100)
    action = forms.ChoiceField(label="操作", required=False, choices=[("", "すべて"), *AuditEntry.Action.choices])
    q = forms.CharField(label="対象", required=False, max_length=100)
    since = forms.DateField(label="開始日", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    subject = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    until = forms.DateField(label="終了日", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries that fit, newest first."""
        self.is_valid()
        asked = self.cleaned_data
        found = AuditEntry.objects.order_by("-at", "-pk")
        if asked.get("person"):
            found = found.filter(mentions(asked["person"], "actor"))
        if asked.get("action"):
            found = found.filter(action=asked["action"])
        for word in words_of(asked.get("q", "")):
            people = subjects.find(word)
            numbered = Q(object_id=word) | Q(subject_id__in=people) | Q(pk__in=audit.about_many_with(people))
            found = found.filter(mentions(word, "what", "label") | numbered)
        if asked.get("subject"):
            found = found.filter(about(asked["subject"]))
        if asked.get("since") and asked["since"] > date.min:  # the first and last day there is have no midnight
            found = found.filter(at__gte=midnight(asked["since"]))
        if asked.get("until") and asked["until"] < date.max:
            found = found.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
        return found


def midnight(day: date) -> datetime:
    """When the day begins where the company is."""
    return timezone.make_aware(datetime.combine(day, time.min))


@for_administrators
@require_safe
def list_entries(request: HttpRequest) -> HttpResponse:
    """The search and a page of what it found."""
    form = AuditSearch(request.GET)
    page = page_of(form.entries(), request)
    people = subjects.labels(entry.subject_id for entry in page if entry.subject_id is not None)
    asked = form.cleaned_data.get("subject")
    context = {
        "form": form,
        "page": page,
        "lines": [(entry, people.get(entry.subject_id or 0, "")) for entry in page],
        "subject": asked and subjects.labels([asked])[asked],
    }
    return render(request, "accounts/audit.html", context)
