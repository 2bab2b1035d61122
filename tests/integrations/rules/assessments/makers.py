"""Rows of a small company's results file, read and planned without a database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from assessments.name_lookup import Named, by_spelling
from integrations.rules.assessments.headings import AssessmentColumns, find_columns
from integrations.rules.assessments.long_form import Gathering
from integrations.rules.assessments.people import People, Person
from integrations.rules.assessments.plan import AssessmentPlan, LocalAssessment, plan_assessments
from integrations.rules.assessments.row import AssessmentContext, AssessmentRow, Key, read_row

TOKYO = ZoneInfo("Asia/Tokyo")
SCALES = (
    Named("listening", "傾聴傾向"),
    Named("emotional_consideration", "感情配慮志向", aliases=("感情記憶志向",)),
    Named("sociability", "社交欲求", aliases=("社交性",)),
)
TYPES = (Named("seeker", "シーカー", "探求者"), Named("brain", "ブレイン", "参謀"))
AOYAMA = Person(1, "1001", "aoyama@example.co.jp", "青山 直樹")
INOUE = Person(2, "1002", "inoue@example.co.jp", "井上 花")
NOBODYS_NUMBER = Person(3, "", "ueda@example.co.jp", "上田 純")
PEOPLE = (AOYAMA, INOUE, NOBODYS_NUMBER)

HEADER = (
    *("社員番号", "メールアドレス", "検査名", "受検日", "完了日時", "16タイプ", "判定", "総合スコア", "コメント"),
    *("傾聴傾向", "社交欲求"),
)


def line(**values: str) -> list[str]:
    """A line of HEADER that nothing keeps from being taken, by the names of the columns ("_16タイプ" for 16タイプ)."""
    cells = {"社員番号": "1001", "受検日": "2025/06/02"} | {name.lstrip("_"): text for name, text in values.items()}
    return [cells.get(name, "") for name in HEADER]


def columns_of(header: Sequence[str], not_kept: Collection[str] = ()) -> AssessmentColumns:
    columns, problems = find_columns(header, SCALES, not_kept)
    assert problems == []
    return columns


def read(
    cells: Sequence[str],
    *,
    header: Sequence[str] = HEADER,
    people: Iterable[Person] = PEOPLE,
    number: int = 2,
    today: date = date.max,
    zone: tzinfo = TOKYO,
) -> AssessmentRow:
    terms = AssessmentContext(columns_of(header), People(people), by_spelling(TYPES), zone, today=today)
    return read_row(cells, number, terms)


def plan(
    *lines: Sequence[str],
    local: Sequence[LocalAssessment] = (),
    header: Sequence[str] = HEADER,
    people: Iterable[Person] = PEOPLE,
) -> AssessmentPlan:
    terms = AssessmentContext(columns_of(header), People(people), by_spelling(TYPES), TOKYO)
    rows = [read_row(cells, number, terms) for number, cells in enumerate(lines, start=2)]
    return plan_assessments(rows, terms.columns, lambda people: [each for each in local if each.key.person in people])


LONG_HEADER = (*HEADER[:9], "尺度", "偏差値")


def long_line(scale: str = "", score: str = "", **values: str) -> list[str]:
    """A line of LONG_HEADER, named as in `line`."""
    return [*line(**values)[:9], scale, score]


def gather(*lines: Sequence[str], header: Sequence[str] = LONG_HEADER, not_kept: Collection[str] = ()) -> Gathering:
    terms = AssessmentContext(
        columns_of(header, not_kept), People(PEOPLE), by_spelling(TYPES), TOKYO, by_spelling(SCALES), not_kept=not_kept
    )
    gathering = Gathering(terms)
    for number, cells in enumerate(lines, start=2):
        gathering.add(cells, number)
    return gathering


def plan_long(
    *lines: Sequence[str],
    local: Sequence[LocalAssessment] = (),
    header: Sequence[str] = LONG_HEADER,
    not_kept: Collection[str] = (),
) -> AssessmentPlan:
    gathering = gather(*lines, header=header, not_kept=not_kept)
    return plan_assessments(
        gathering.rows(), gathering.terms.columns, lambda people: [each for each in local if each.key.person in people]
    )


KEY = Key(1, "", date(2025, 6, 2), None)


def ours(
    *,
    pk: int = 10,
    key: Key = KEY,
    kind: str = "",
    unknown: str = "",
    grade: str = "",
    overall_score: float | None = None,
    comment: str = "",
    scores: Mapping[str, float] | None = None,
    judged: Mapping[str, str | float] | None = None,
) -> LocalAssessment:
    return LocalAssessment(pk, key, kind, unknown, grade, overall_score, comment, scores or {}, judged or {})


def reasons(planned: AssessmentPlan) -> list[str]:
    return [problem.reason for problem in planned.issues]


def apply(planned: AssessmentPlan, local: Sequence[LocalAssessment]) -> list[LocalAssessment]:
    """The results after the plan, as a tiny database would have them."""
    results = {each.pk: each for each in local}
    mails = {person.mail: person.pk for person in PEOPLE}
    for number, change in enumerate(planned.changes, start=1000 + len(local)):
        new = {name: value for name, (_, value) in change.fields.items()}
        if change.pk is None:
            key = Key(mails[new.pop("employee")], new.pop("title"), new.pop("taken_on"), new.pop("completed_at"))
            before = LocalAssessment(number, key, "", "", "", None, "", {})
        else:
            before = results[change.pk]
        scores = {**before.scores, **new.pop("scores", {})}
        kept = {code: score for code, score in scores.items() if score is not None}
        results[before.pk] = before._replace(scores=kept, **new)
    return list(results.values())
