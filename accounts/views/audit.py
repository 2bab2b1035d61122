"""操作の記録: who did what to what, when, from where."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit_lines import lines_of
from accounts.form_words import InWords
from accounts.models import AuditEntry
from accounts.pagination import page_of
from accounts.rights import for_administrators
from accounts.search import mentions
from accounts.spelling import words_of
from accounts.subjects import subjects
from accounts.viewing_log import about

ON_A_PAGE = 25  # one may tell of many people and many changes
Action = AuditEntry.Action
GROUPS = {
    "ログイン": (Action.LOGGED_IN, Action.LOG_IN_FAILED, Action.LOGGED_OUT, Action.LOCKED_OUT),
    "社員、検査結果、部署": (
        *(Action.VIEWED, Action.DOWNLOADED, Action.CREATED, Action.EDITED, Action.DELETED),
        *(Action.MAIL_CHANGED, Action.MERGED, Action.IDENTIFIED, Action.REFUSED),
    ),
    "処理と連携": (
        *(Action.STARTED, Action.IMPORTED, Action.APPROVED, Action.CANCELLED),
        *(Action.CONNECTED, Action.CONNECT_FAILED, Action.DISCONNECTED),
    ),
}


def choices() -> Iterator[tuple[str, object]]:
    """The actions in groups; what is in none is about settings and accounts."""
    named = {action for group in GROUPS.values() for action in group}
    rest = [action for action in Action if action not in named]
    yield "", "すべて"
    for label, group in {**GROUPS, "設定とアカウント": rest}.items():
        yield label, [(action.value, action.label) for action in group]


def number_field() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class AuditSearch(InWords, forms.Form):
    """What to look for. A part that makes no sense is left out of the search and says so.

    `account`, `subject` and `whole` come with links: what an account did, what was done to a person, and all of what
    was done to many at once.
    """

    person = forms.CharField(label="操作した人", required=False, max_length=100)
    action = forms.ChoiceField(label="操作", required=False, choices=choices)
    q = forms.CharField(label="対象", required=False, max_length=100)
    since = forms.DateField(label="開始日", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    account = number_field()
    subject = number_field()
    whole = number_field()
    until = forms.DateField(label="終了日", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def every_entry(self) -> QuerySet[AuditEntry]:
        """The entries that fit, newest first."""
        self.is_valid()
        asked = self.cleaned_data
        found = AuditEntry.objects.order_by("-at", "-pk")
        if asked.get("person"):
            found = found.filter(mentions(asked["person"], "actor"))
        if asked.get("action"):
            found = found.filter(action=asked["action"])
        for word in words_of(asked.get("q", "")):
            numbered = Q(object_id=word) | Q(subject_id__in=subjects.find(word))
            found = found.filter(mentions(word, "what", "label") | numbered)
        if asked.get("account"):
            found = found.filter(actor_id=asked["account"])
        if asked.get("subject"):
            found = found.filter(about(asked["subject"]))
        if asked.get("since") and asked["since"] > date.min:  # the first and last day there is have no midnight
            found = found.filter(at__gte=midnight(asked["since"]))
        if asked.get("until") and asked["until"] < date.max:
            found = found.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
        if asked.get("whole"):
            found = found.filter(Q(pk=asked["whole"]) | Q(part_of=asked["whole"]))
        return found

    def entries(self) -> QuerySet[AuditEntry]:
        """The same; of what was done to many at once only the one that stands for all.

        Where it does not fit itself, those that do stand for themselves: somebody is looked for who is among the many.
        """
        found, asked = self.every_entry(), self.cleaned_data
        if asked.get("whole"):
            return found
        if asked.get("q") or asked.get("subject"):
            return found.filter(Q(part_of=None) | ~Q(part_of__in=found.order_by().values("pk")))
        return found.filter(part_of=None)  # all of them have the same actor, action and time

    def conditions(self) -> list[tuple[str, str]]:
        """What was filled in, as label and words, for where the form is out of sight."""
        asked = self.cleaned_data
        action = Action(asked["action"]).label if asked.get("action") else ""
        days = {name: f"{asked[name]:%Y/%m/%d}" for name in ("since", "until") if asked.get(name)}
        told = {**asked, **days, "action": action}
        return [(str(field.label), told[field.name]) for field in self.visible_fields() if told.get(field.name)]

    def only(self) -> str:
        """Which link was followed, in words."""
        asked = self.cleaned_data
        if asked.get("subject"):
            return f"{subjects.label(asked['subject'])}についての記録"
        if asked.get("account"):
            actor = AuditEntry.objects.filter(actor_id=asked["account"]).order_by("-at").values_list("actor", flat=True)
            return f"{actor.first() or 'このアカウント'}が操作した記録"
        return "一度にまとめて行った操作の1件ずつの記録" if asked.get("whole") else ""


def midnight(day: date) -> datetime:
    """When the day begins where the company is."""
    return timezone.make_aware(datetime.combine(day, time.min))


@for_administrators
@require_safe
def list_entries(request: HttpRequest) -> HttpResponse:
    """The search and a page of what it found."""
    form = AuditSearch(request.GET)
    page = page_of(form.entries(), request, size=ON_A_PAGE)
    lines = lines_of(page, folded=not form.cleaned_data.get("whole"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "conditions": form.conditions(),
        "page": page,
        "lines": lines,
        "only": form.only(),
        "query": asked.urlencode(),
    }
    return render(request, "accounts/audit.html", context)
