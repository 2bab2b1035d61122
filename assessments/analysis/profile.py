"""尺度: the page and its file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from accounts.rights import Right
from assessments.analysis.figures import Figures, Values
from assessments.analysis.group import Group, Scope
from assessments.analysis.load import SCORES, Row
from assessments.analysis.scales import Moments, has_packed, moments_by_scale, moments_of_packed, spread_of_scores
from assessments.analysis.small_groups import FEWEST, hidden_departments
from assessments.charts.dots import Dot, Dots
from assessments.charts.histogram import Bin, Histogram
from assessments.latest import score_words
from assessments.models import MENTAL_HEALTH, Scale
from departments.scope import Reach, covers, reach

OVERALL = "総合スコア"
NOT_TOLD = "非表示"


def words(found: Moments | None) -> str:
    """Mean and spread: 「52.1 ±8.4」."""
    if found is None:
        return NOT_TOLD
    return "なし" if found.mean is None else f"{found.mean:.1f} ±{found.spread:.1f}"


def within(departments: frozenset[int | None]) -> Reach:
    """Those of a group; who has none belongs to the whole company alone."""
    return None if None in departments else frozenset(each for each in departments if each is not None)


def mean_of(scores: "Counter[Any]") -> float:
    return float(sum(score * people for score, people in scores.items())) / scores.total()


class Counted(NamedTuple):
    """What is kept of everybody within the reach. By scale: `own`, `others` (outside the group), `with_value`."""

    own: Sequence[Moments]
    others: Sequence[Moments]
    own_scores: "Counter[Any]"  # 総合スコア
    scores: "Counter[Any]"
    with_value: "Sequence[Counter[int | None]]"  # people by department; for who may see no single result
    scored: "Counter[int | None]"


class Profile(Figures):
    """Mean and spread of each scale in the group beside everybody, and how 総合スコア is spread."""

    page = "profile"
    title = "尺度"
    texts = 2

    def __init__(self, scope: Scope, query: Any) -> None:
        self.group = Group(scope, query)
        mental = reach(scope.user, Right.VIEW_MENTAL_HEALTH)
        departments = self.filters.departments
        place = scope.reach if departments is None else within(departments)
        is_told = covers(mental, place)
        every = list(Scale.objects.all())
        self.every_scale = sorted(scale.pk for scale in every)  # as packed
        self.scales = [scale for scale in every if scale.is_kept and (is_told or scale.category != MENTAL_HEALTH)]
        # what is told of the group may be told; of all others only to whoever may see theirs too
        self.is_whole_told = covers(mental, scope.reach)
        named = tuple((scale.pk, scale.code) for scale in self.scales)
        what = (SCORES, departments, scope.is_restricted, tuple(self.every_scale), named)
        self.counted: Counted = self.group.count(SCORES, what, self.count)

    def count(self, rows: list[Row]) -> Counted:
        """Each row is decoded once."""
        outside = [] if self.group.is_whole else [row for row in rows if not self.group.is_in(row[0])]
        places = map(self.every_scale.index, (scale.pk for scale in self.scales))
        own, scored = self.group.own(rows), [row for row in rows if row[2] is not None]
        return Counted(
            self.moments_of([row[1] for row in own]),
            self.moments_of([row[1] for row in outside]),
            Counter(row[2] for row in self.group.own(scored)),
            Counter(row[2] for row in scored),
            [Counter(row[0] for row in rows if has_packed(row[1], place)) for place in places]
            if self.group.scope.is_restricted
            else [],
            Counter(row[0] for row in scored),
        )

    @cached_property
    def moments(self) -> list[tuple[Scale, Moments | None, Moments | None]]:
        """Each scale with those of the group and of everybody; None is not told."""
        pairs = zip(self.scales, self.counted.own, self.counted.others, strict=True)
        return [self.told(place, *each) for place, each in enumerate(pairs)]

    def told(
        self, place: int, scale: Scale, own: Moments, others: Moments
    ) -> tuple[Scale, Moments | None, Moments | None]:
        whole = own.with_(others)
        of_own = of_whole = True
        if self.group.scope.is_restricted and whole.number < self.group.whole_number:
            of_own, of_whole = self.may_tell(self.counted.with_value[place])
        if scale.category == MENTAL_HEALTH:
            of_whole = of_whole and self.is_whole_told
        return scale, own if of_own else None, whole if of_whole else None

    def may_tell(self, direct: "Counter[int | None]") -> tuple[bool, bool]:
        """Whether figures of the group, and of everybody, tell nothing of one or two; for those who see no single one.

        `direct` are the people of each department who have a value: they may be fewer than the group is.
        """
        of_whole = not 0 < direct.total() < FEWEST
        if self.group.is_whole:
            return of_whole, of_whole
        chosen = self.filters.branch.department.pk if self.filters.branch else None
        own = sum(people for department, people in direct.items() if self.group.is_in(department))
        return not 0 < own < FEWEST and chosen not in hidden_departments(self.group.branches, direct), of_whole

    def moments_of(self, scores: Sequence[str]) -> list[Moments]:
        """Of stored scores, as they were loaded."""
        if self.filters.narrows_tests:
            return moments_by_scale(scores, [scale.code for scale in self.scales])
        places = {pk: place for place, pk in enumerate(self.every_scale)}
        return moments_of_packed(scores, len(places), [places[scale.pk] for scale in self.scales])

    def dot(self, scale: Scale, own: Moments | None, whole: Moments | None) -> Dot:
        # the list tells nobody who has a score of a protected scale
        narrowing = {"kind": "~any"} if scale.category == MENTAL_HEALTH else {"scale": scale.code}
        href = self.group.people_address(**narrowing) if own and own.number else ""
        mine = (own.mean, own.spread) if own else (None, None)
        if self.group.is_whole:
            return Dot(scale.name, mine[0], None, mine[1], cells=[words(own)], href=href)
        cells = [words(own), words(whole)]
        mean, spread = (whole.mean, whole.spread) if whole else (None, None)
        return Dot(scale.name, mine[0], mean, mine[1], spread, cells=cells, href=href)

    @property
    def charts(self) -> list[tuple[str, Dots]]:
        return [
            (category, Dots([self.dot(*each) for each in those], heads=self.group.names))
            for category, those in groupby(self.moments, key=lambda each: each[0].category)
        ]

    @cached_property
    def overall(self) -> Histogram | None:
        """None where nobody of the group has one, or so few that it may not be told."""
        own, whole = self.counted.own_scores, self.counted.scores
        if not own:
            return None
        if self.group.scope.is_restricted and not all(self.may_tell(self.counted.scored)):
            return None
        pairs = enumerate(zip(spread_of_scores(own), spread_of_scores(whole), strict=True))
        bins = [
            Bin(low, low + 1, mine, theirs, score_words(low), self.group.people_address(score=low) if mine else "")
            for low, (mine, theirs) in pairs
        ]
        mean = mean_of(own)
        marks = [(mean, f"平均 {mean:.1f}")]
        if not self.group.is_whole:
            all_mean = mean_of(whole)
            marks.append((all_mean, f"{self.group.whole_name}の平均 {all_mean:.1f}"))
        return Histogram(
            bins,
            OVERALL,
            self.group.name,
            "" if self.group.is_whole else self.group.whole_name,
            marks,
            marks_range=False,
        )

    @property
    def context(self) -> dict[str, Any]:
        return {"charts": self.charts, "overall": self.overall}

    @property
    def header(self) -> list[str]:
        return [
            "カテゴリ",
            "尺度",
            *(f"{name}の{what}" for name in self.group.names for what in ("人数", "平均", "標準偏差")),
        ]

    def file_lines(self) -> Iterator[Values]:
        for scale, own, whole in self.moments:
            each = [own] if self.group.is_whole else [own, whole]
            values = (numbers(found) for found in each)
            yield [scale.category, scale.name, *(value for part in values for value in part)]


class OverallSpread(Profile):
    """総合スコアの分布 as a file: how many people there are in each range."""

    title = "総合スコアの分布"
    texts = 1

    @property
    def header(self) -> list[str]:
        return [OVERALL, *(f"{name}の人数" for name in self.group.names)]

    def file_lines(self) -> Iterator[Values]:
        for each in self.overall.bins if self.overall else ():
            yield [each.words, each.people] if self.group.is_whole else [each.words, each.people, each.whole]


def numbers(found: Moments | None) -> tuple[int | None, float | None, float | None]:
    if found is None or found.mean is None or found.spread is None:
        return (found.number if found else None, None, None)
    return found.number, round(found.mean, 2), round(found.spread, 2)
