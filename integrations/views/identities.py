"""同じ人かどうかの確認: the doubtful rows of an import, each beside whom it may be, and an administrator's answer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect

from accounts.methods import require_post
from accounts.pagination import page_of
from accounts.requests import person, row_numbers
from accounts.rights import for_administrators, is_administrator
from employees.models import Employee, IdentityDecision
from integrations import kinds
from integrations.imports import identity_decisions
from integrations.models import SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.text import fold_width

ANSWERS = {"same": True, "different": False}
WORDS = {True: "同じ人です", False: "別の人です"}
FIRST, ON_A_PAGE = 3, 20  # beside what else the run told; where somebody came to answer
LONGEST_NUMBER = IdentityDecision._meta.get_field("employee_number").max_length or 0
LONGEST_MAIL = IdentityDecision._meta.get_field("email").max_length or 0
NOBODY = "確認する人を選んでから、「同じ人です」または「別の人です」を押してください。"
GONE = (
    "社員の削除または統合で確認の内容がなくなった{count}名については、記録しませんでした。"
    "もう一度実行すると、必要な場合はあらためて確認します。"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One doubtful row, and `known`, whom it may be, with so many `results`.

    `owner` is the only one who has the row's 社員番号, if there is exactly one. `is_swap`: the row of that one's address
    points back at `known`, so that one answer settles both. `answer` is None while nobody has answered.
    """

    issue: SyncIssue
    known: Employee
    results: int
    owner: Employee | None
    is_swap: bool
    answer: bool | None

    @property
    def if_same(self) -> str:
        """What the next run makes of 「同じ人です」."""
        name = f"{self.issue.subject_name}さん（社員番号 {self.issue.value or 'なし'}）"
        results = f"検査結果{self.results:,}件も、この人のものになります。" if self.results else ""
        return f"{self.known.full_name}さんのデータを、{name}の内容に更新します。{results}"

    @property
    def if_different(self) -> str:
        """What the next run makes of 「別の人です」."""
        new, name = f"{self.issue.subject_name}さんを新しい社員として登録", self.known.full_name
        if self.known.email != self.issue.email.strip().lower():  # found by 社員番号, without an address
            return f"{new}します。{name}さんのデータは変わりません。"
        rest = f"{name}さんのほかの内容と検査結果は、そのままです。"
        if self.owner is None:
            return f"{new}し、{name}さんのメールアドレスを空白にします。{rest}"
        if self.is_swap:
            return f"{name}さんと{self.owner.full_name}さんのメールアドレスを入れ替えます。もう1人の確認も、これで済みます。{rest}"
        owner = f"{self.owner.full_name}さん（社員番号 {self.issue.value}）"
        if fold_width(self.issue.subject_name) != fold_width(self.owner.full_name):
            return (
                f"同じ社員番号の{owner}とも氏名が違うため、生年月日で同じ人と分からなければ、"
                f"{self.owner.full_name}さんと同じ人かどうかを次の実行でもう一度確認します。{rest}"
            )
        to = f"メールアドレスを{owner}に移し"
        return f"{to}、{name}さんのメールアドレスを空白にします。{rest}"

    @property
    def answered(self) -> str:
        """The answer, as the button has it; "" before."""
        return "" if self.answer is None else WORDS[self.answer]

    @property
    def next_run(self) -> str:
        """What the next run does after the answer."""
        return self.if_same if self.answer else self.if_different


def doubts_of(job: SyncJob) -> QuerySet[SyncIssue]:
    """The doubtful rows of a run, as long as whom they may be is here, and what the row says could be somebody's.

    A row whose 社員番号 an erasure has taken from `value` is no question any more: an answer would be about a blank one.
    """
    there = job.issues.alias(number=Length("value"), mail=Length("email")).filter(
        number__lte=LONGEST_NUMBER, mail__lte=LONGEST_MAIL, object_id__in=Employee.objects.values("pk")
    )
    doubts = there.filter(reason=Reason.MEMBER_IDENTITY_UNCERTAIN).exclude(value="", subject_key__regex=r"\S")
    return doubts.order_by("pk")


def questions(job: SyncJob, request: HttpRequest) -> Page[Question] | None:
    """The run's doubtful rows for an administrator, the first or, with `people`, a page of them; None where there is
    nothing to answer.
    """
    if not kinds.of(job).writes_people or not is_administrator(request.user):
        return None
    page = page_of(doubts_of(job), request, parameter="people", size=ON_A_PAGE if "people" in request.GET else FIRST)
    if not page.paginator.count:
        return None
    page.object_list = list(questions_about(list(page.object_list)))
    return page


def asked_anew(job: SyncJob, request: HttpRequest) -> SyncJob | None:
    """For an administrator the newest later run of the kind, which asks about all that is still doubtful, if any."""
    if not is_administrator(request.user):
        return None
    return SyncJob.objects.completed(job.kind).filter(pk__gt=job.pk).first()


def questions_about(issues: Sequence[SyncIssue]) -> Iterator[Question]:
    """The questions of one page, in as many statements for many as for one."""
    counted = Employee.objects.annotate(results=Count("assessments"))
    known = counted.in_bulk({issue.object_id for issue in issues})
    owners: dict[str, list[Employee]] = defaultdict(list)
    for holder in Employee.objects.filter(employee_number__in={issue.value for issue in issues} - {""}):
        owners[holder.employee_number].append(holder)
    answers = {
        (decision.employee_id, decision.employee_number, decision.email): decision.is_same
        for decision in IdentityDecision.objects.filter(employee__in=known)
    }
    rows = {(issue.object_id, issue.value): fold_width(issue.subject_name) for issue in issues}
    for issue in issues:
        mine, holders = known[issue.object_id or 0], owners[issue.value]
        owner = only(holders)
        answer = answers.get((mine.pk, issue.value, issue.email.strip().lower()))
        is_swap = owner is not None and (
            rows.get((owner.pk, mine.employee_number)) == fold_width(mine.full_name)
            and fold_width(issue.subject_name) == fold_width(owner.full_name)
        )
        yield Question(issue, mine, vars(mine)["results"], owner, is_swap, answer)


def only(holders: Sequence[Employee]) -> Employee | None:
    return holders[0] if len(holders) == 1 else None


@for_administrators
@require_post
def identify(request: HttpRequest, pk: int) -> HttpResponse:
    """「同じ人です」「別の人です」: `answer` alone for the ticked rows (`issue`), or with the number of one row behind a colon."""
    job = get_object_or_404(SyncJob, pk=pk, kind__in=kinds.codes(lambda kind: kind.writes_people))
    answer, _, one = request.POST.get("answer", "").partition(":")
    chosen = row_numbers([one] if one else request.POST.getlist("issue"))
    if not answer:  # Enter on a tick
        messages.warning(request, NOBODY)
        return redirect(f"{job.get_absolute_url()}#identities")
    if answer not in ANSWERS:
        return HttpResponseBadRequest("この回答は記録できません。", content_type="text/plain; charset=utf-8")
    is_same = ANSWERS[answer]
    told = identity_decisions.decide_issues(doubts_of(job).filter(pk__in=chosen), is_same=is_same, by=person(request))
    if told:
        whom = f"{told[0].full_name}さん" if len(told) == 1 else f"{len(told):,}名"
        messages.success(request, f"{whom}について「{WORDS[is_same]}」と記録しました。次の実行で反映されます。")
    if gone := len(set(chosen)) - len(told):
        messages.warning(request, GONE.format(count=f"{gone:,}"))
    elif not chosen:
        messages.warning(request, NOBODY)
    return redirect(f"{job.get_absolute_url()}#identities")
