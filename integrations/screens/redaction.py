"""Issues of test results as somebody may read them: what they quote is people's results, of the whole company.

Who has been tested is one of the things that they tell, so without the right to results nobody is named either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet

from accounts.rights import Account, Right
from accounts.search import mentions
from assessments.models import Scale
from assessments.name_lookup import fold_name
from assessments.scope import scales_open_to
from departments.scope import reach
from integrations import kinds
from integrations.erasure.scales import OWN_WORDS, item_spellings
from integrations.models import SyncIssue, SyncJob
from integrations.reasons import Reason, entry_of
from integrations.reasons.files import NAMING, QUOTING
from integrations.rules.client_errors import SAID
from integrations.rules.mentions import blanks_of

PREFIXES = ("ASSESSMENT_", "RESULT_")
ABOUT_RESULTS = (
    Q(reason__startswith=PREFIXES[0])
    | Q(reason__startswith=PREFIXES[1])
    | Q(reason=Reason.SHEET_ITEM_REQUIRED)
    | Q(reason__in=QUOTING, job__kind__in=kinds.FILES_OF_RESULTS)
    | Q(reason=Reason.UNDO_CHANGED_SINCE, job__undone_kind__in=kinds.SENDING)
)
ASKED = (Reason.MEMBER_IDENTITY_UNCERTAIN, Reason.UNDO_CHANGED_SINCE)  # of some people only if they have been tested
HIDDEN = "（表示できません）"  # instead of whoever an issue is about
NEEDS_RESULTS = "（検査結果を見る権限が必要です）"
NEEDS_MENTAL_HEALTH = "（「現在のメンタルヘルス」の尺度を見る権限が必要です）"
HARMLESS = {"field"}  # the only blank of a sentence that can be filled without quoting anything
HARMLESS_IN_REMEDIES = {"field", "sheet", "expected"}


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is hidden from somebody: every text about results, or those about scales whose items are called so (folded).

    With every text it is hidden who may be whom in a run of others than the `reader` (pk): in theirs all are tested.
    So is what an undo has left as it is, which may be because of a result.
    """

    hides_all: bool
    items: frozenset[str] = frozenset()
    reader: int | None = None

    @classmethod
    def for_user(cls, user: Account) -> Self:
        """Nothing is hidden from those who may see all results with 現在のメンタルヘルス of the whole company."""
        if reach(user, Right.VIEW_RESULTS) is not None:
            return cls(hides_all=True, reader=user.pk)
        if reach(user, Right.VIEW_MENTAL_HEALTH) is None:
            return cls(hides_all=False)
        hidden = Scale.objects.exclude(pk__in=scales_open_to(user, None).values("pk"))
        return cls(hides_all=False, items=frozenset(item_spellings(list(hidden))))

    def hides(self, issue: SyncIssue) -> bool:
        """Whether the issue's texts are hidden."""
        if issue.reason in ASKED:
            return self.hides_all and issue.job.requested_by_id != self.reader
        if not is_about_results(issue):
            return False
        return self.hides_all or (
            bool(self.items) and (issue.reason == OWN_WORDS or fold_name(issue.field) in self.items)
        )

    def apply(self, issues: Iterable[SyncIssue]) -> Iterator[SyncIssue]:
        """The same issues, one at a time, those that are hidden without what they quote. They are not to be saved."""
        for issue in issues:
            if self.hides(issue):
                if self.hides_all:
                    forget_whom(issue)
                    if issue.reason in NAMING and issue.field:
                        issue.field = HIDDEN
                blank(issue, NEEDS_RESULTS if self.hides_all else NEEDS_MENTAL_HEALTH)
            issue.detail = self.sentence(issue.detail, issue.job)
            yield issue

    def sentence(self, text: str, job: SyncJob) -> str:
        """A sentence of a run, without カオナビ's own words where these may quote results."""
        is_hidden = kinds.of(job).sends and (self.hides_all or bool(self.items))
        return text.partition(SAID)[0] if is_hidden else text

    def file_name(self, job: SyncJob) -> str:
        """The name of a run's file. That of a file of results may tell whose they are."""
        is_hidden = self.hides_all and kinds.of(job).shows_results and job.requested_by_id != self.reader
        return HIDDEN if job.file_name and is_hidden else job.file_name

    def named(self) -> Q:
        """Those of the issues in which a search may look for whom they are about."""
        asked_of_others = Q(reason__in=ASKED) & ~Q(job__requested_by=self.reader)
        return ~(ABOUT_RESULTS | asked_of_others) if self.hides_all else Q()

    def readable(self, issues: QuerySet[SyncIssue]) -> Q:
        """Those of the issues in whose values a search may look."""
        if self.hides_all:
            return self.named()
        if not self.items:
            return Q()
        fields = issues.filter(ABOUT_RESULTS).order_by().values_list("field", flat=True).distinct()
        hidden = Q(reason=OWN_WORDS) | Q(field__in=[name for name in fields if fold_name(name) in self.items])
        return ~(ABOUT_RESULTS & hidden)

    def found_by(self, word: str, readable: Q) -> Q:
        """Those that a word of a search finds by whom they are about, or by the value where that is `readable`."""
        whom, named = ("subject_key", "subject_name", "email"), self.named()
        if not named and not readable:  # all of it at once: each look at a row of 50,000 costs
            return mentions(word, *whom, "value")
        return (mentions(word, *whom) & named) | (mentions(word, "value") & readable)


def is_about_results(issue: SyncIssue) -> bool:
    """As `ABOUT_RESULTS` says of a row."""
    if issue.reason in QUOTING:
        return issue.job.kind in kinds.FILES_OF_RESULTS
    if issue.reason == Reason.UNDO_CHANGED_SINCE:
        return issue.job.undone_kind in kinds.SENDING
    return issue.reason.startswith(PREFIXES) or issue.reason == Reason.SHEET_ITEM_REQUIRED


def forget_whom(issue: SyncIssue) -> None:
    """Leave of whoever it is about that it is somebody."""
    if issue.subject_key or issue.subject_name or issue.email:
        issue.subject_key = issue.email = ""
        issue.subject_name = HIDDEN
    issue.object_id = None


def blank(issue: SyncIssue, sentence: str) -> None:
    """Leave of the texts what the table of reasons says of every such issue, or this sentence."""
    entry = entry_of(issue.reason)
    if entry and blanks_of(entry.sentence) <= HARMLESS:
        sentence = entry.sentence.format(field=issue.field)
    issue.value = ""
    issue.detail = sentence
    if entry is None or not blanks_of(entry.remedy) <= HARMLESS_IN_REMEDIES:
        issue.remedy = ""
