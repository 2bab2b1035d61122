"""Product rule 2 once more: slow, plain, and from its text alone, to be compared with ours. Nothing of ours is used
here.

The numbers in the comments are those of the rule. It judges the whole source again and again on the tree that the last
judgement leaves, until nothing changes, so a second run of it is idle by its making.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

DEEPEST = 10
Key = str | int  # a code, or the number of a department of ours that has none


@dataclass(frozen=True)
class Row:
    """One readable element of the source."""

    code: str
    name: str
    parent: str
    order: int | None = None


@dataclass(frozen=True)
class Here:
    """A department as it is here."""

    name: str
    parent: Key | None
    order: int | None = None
    linked: bool = True
    missing: bool = False


@dataclass
class Verdict:
    """What a run does: one outcome for each row (as the source has them; then the unreadable ones), one reason at
    most.
    """

    outcomes: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)  # code → reason, of refused rows
    levels: dict[str, int] = field(default_factory=dict)  # code → level in the source, of those refused for it
    holders: dict[str, Key] = field(default_factory=dict)  # code → who has the name
    qualified: set[str] = field(default_factory=set)
    became_root: set[str] = field(default_factory=set)
    absence_unchecked: bool = False
    source_empty: bool = False
    after: dict[Key, Here] = field(default_factory=dict)


def run(rows: Sequence[Row], unreadable: Sequence[str], here: Mapping[Key, Here], *, qualify: bool = False) -> Verdict:
    """Rule 2 whole. `unreadable` are the codes of the elements that cannot be read, "" where there is none."""
    verdict = Verdict(after=dict(here))
    if not rows and not unreadable and any(one.linked for one in here.values()):  # 8
        verdict.source_empty = True
        return verdict

    rows = [Row(row.code.strip(), row.name.strip(), row.parent.strip(), row.order) for row in rows]
    times = Counter(row.code for row in rows) + Counter(code.strip() for code in unreadable)
    own = {row.code: fault for row in rows if row.code and (fault := fault_of_its_own(row, times))}  # 1
    known = {code for code in times if code}
    # Of a code that stands twice, or whose element cannot be read, nobody can say which parent is meant.
    single = {row.code: row for row in rows if row.code and times[row.code] == 1}

    looped = {code for code in single if is_on_a_loop(code, {code: row.parent for code, row in single.items()})}
    tree = dict(here)
    settled: set[str] = set()  # what a judgement has taken no later one gives back
    for _ in range(len(rows) + 2):
        judged = judge(Source(single, own, known, looped), tree, settled, qualify=qualify)
        if judged.tree == tree:
            break
        tree = judged.tree
        settled |= single.keys() - judged.refused.keys()
    else:
        message = "the rule finds no end"
        raise AssertionError(message)

    verdict.reasons = {**own, **judged.refused}
    verdict.levels, verdict.holders, verdict.qualified = judged.levels, judged.holders, judged.qualified
    taken = single.keys() - verdict.reasons.keys()
    if any(not row.code for row in rows):  # 3, its end
        verdict.became_root = {
            code
            for code in taken
            if code in here and here[code].linked and here[code].parent is not None and not single[code].parent
        }

    for row in rows:
        verdict.outcomes.append(outcome(row, taken, here, tree))
    verdict.outcomes += ["failed"] * len(unreadable)

    verdict.absence_unchecked = bool(unreadable)  # 7
    left_out = {row.name for row in rows if not row.code}  # known by nothing but the name
    for key, one in tree.items():
        present = key in known or here.get(key, one).name in left_out
        gone = one.linked and not present and not unreadable
        verdict.after[key] = replace(one, missing=(one.missing or gone) and not present)
    return verdict


def outcome(row: Row, taken: set[str], here: Mapping[Key, Here], tree: Mapping[Key, Here]) -> str:
    if not row.code:
        return "skipped"
    if row.code not in taken:
        return "failed"
    if row.code not in here:
        return "created"
    was, now = here[row.code], tree[row.code]
    same = (was.name, was.parent, was.order) == (now.name, now.parent, now.order)
    same = same and not was.missing  # a returning row counts as updated
    return "unchanged" if same else "updated"


def fault_of_its_own(row: Row, times: Mapping[str, int]) -> str:
    """2.1, the first that applies."""
    if times[row.code] > 1:
        return "DEPARTMENT_CODE_DUPLICATE"
    if not row.name:
        return "DEPARTMENT_NAME_MISSING"
    if len(row.code) > 50 or len(row.name) > 200:
        return "DEPARTMENT_VALUE_TOO_LONG"
    return ""


@dataclass(frozen=True)
class Source:
    """What does not change from one judgement to the next."""

    single: Mapping[str, Row]  # each row that can be told apart
    own: Mapping[str, str]  # code → reason of rule 1
    known: set[str]  # every code that the source has
    looped: set[str]


@dataclass
class Judged:
    tree: dict[Key, Here]
    refused: dict[str, str]
    levels: dict[str, int]
    holders: dict[str, Key]
    qualified: set[str]


def judge(source: Source, here: Mapping[Key, Here], settled: set[str], *, qualify: bool) -> Judged:
    """Rules 3–6, once, on the tree `here`."""
    single = source.single
    levels = {code: level_in_source(code, single, source.looped, here) for code in single}
    refused = dict(source.own)
    for code, row in single.items():  # 3
        if code not in refused and row.parent and row.parent not in source.known and row.parent not in here:
            refused[code] = "DEPARTMENT_PARENT_UNKNOWN"
    for code in source.looped - refused.keys():
        refused[code] = "DEPARTMENT_PARENT_LOOP"
    refuse_below_refused(source, refused, here)
    too_deep = {
        code: level for code, level in levels.items() if level > DEEPEST and code not in refused.keys() | settled
    }
    refused.update(dict.fromkeys(too_deep, "DEPARTMENT_TOO_DEEP"))  # 4

    while True:
        candidates = {code: row for code, row in single.items() if code not in refused}
        names, holders, qualified = choose_names(candidates, levels, here, qualify=qualify)  # 5
        before = len(refused)
        refuse_below_refused(source, refused, here, without_a_name=holders.keys())
        if len(refused) > before:
            continue
        tree = apply(names, single, here)
        found = look_at_the_tree(tree, names, here)  # 6
        if not found:
            break
        refused.update(found)

    told = {**refused, **dict.fromkeys(holders, "DEPARTMENT_NAME_TAKEN")}
    links = {key: one.parent for key, one in tree.items()}
    for code, reason in told.items():  # whatever else was found: a row on a loop is told as one
        is_other = reason in {"DEPARTMENT_NAME_TAKEN", "DEPARTMENT_TOO_DEEP"}
        if is_other and single[code].parent in tree and code in climb(single[code].parent, links):
            told[code] = "DEPARTMENT_PARENT_LOOP"
    return Judged(tree, told, too_deep, holders, qualified)


def look_at_the_tree(tree: Mapping[Key, Here], names: Mapping[str, str], here: Mapping[Key, Here]) -> dict[str, str]:
    """6: the new and moved rows that lie on a loop; where there is none, those that bring something below level ten."""
    links = {key: one.parent for key, one in tree.items()}
    moved = {code for code in names if code not in here or links[code] != here[code].parent}
    found = {code: "DEPARTMENT_PARENT_LOOP" for code in moved if is_on_a_loop(code, links)}
    for key in [] if found else tree:
        path = climb(key, links)
        guilty = next((step for step in path if step in moved), None)
        if len(path) > DEEPEST and guilty is not None:
            found[str(guilty)] = "DEPARTMENT_TOO_DEEP"
    return found


def refuse_below_refused(
    source: Source, refused: dict[str, str], here: Mapping[Key, Here], without_a_name: Collection[str] = ()
) -> None:
    """3: whoever stands below a refused department that is not here. One that cannot be told apart counts as
    refused.
    """
    out = refused.keys() | set(without_a_name) | (source.known - source.single.keys())
    gone = {code for code in out if code not in here}
    while found := {code for code, row in source.single.items() if row.parent in gone and code not in refused}:
        refused.update(dict.fromkeys(found, "DEPARTMENT_PARENT_REFUSED"))
        gone |= {code for code in found if code not in here}


def is_on_a_loop(start: Key, links: Mapping[Key, Key | None]) -> bool:
    at, steps = links.get(start), 0
    while at and at != start and steps <= len(links):
        at, steps = links.get(at), steps + 1
    return at == start


def climb(key: Key, links: Mapping[Key, Key | None]) -> list[Key]:
    """The way from a department up to its root, itself first; a loop is gone round once."""
    path: list[Key] = []
    at: Key | None = key
    while at is not None and at not in path:
        path.append(at)
        at = links.get(at)
    return path


def level_in_source(code: str, single: Mapping[str, Row], looped: set[str], here: Mapping[Key, Here]) -> int:
    """4: counted over all source rows; where the source does not say, from the local tree, else from 1."""
    links = {key: one.parent for key, one in here.items()}
    row = single[code]
    if not row.parent:
        return 1
    if row.parent in single and row.parent not in looped:
        return level_in_source(row.parent, single, looped, here) + 1
    if row.parent in here:
        return len(climb(row.parent, links)) + 1
    if code in here:
        return len(climb(code, links))
    return 1


def choose_names(
    candidates: Mapping[str, Row], levels: Mapping[str, int], here: Mapping[Key, Here], *, qualify: bool
) -> tuple[dict[str, str], dict[str, Key], set[str]]:
    """5: the names of those that get one, the holders of the names of those that do not, and who got a longer one."""
    ways = {code: ways_to_say(code, candidates, here) if qualify else [row.name] for code, row in candidates.items()}
    step = dict.fromkeys(candidates, 0)
    returned: set[str] = set()
    rank = {code: (levels[code], row.order is None, row.order or 0, code) for code, row in candidates.items()}

    def can_go_on(code: str) -> bool:
        return code not in returned and step[code] + 1 < len(ways[code])

    while True:
        wanted = {code: ways[code][step[code]] for code in candidates}
        ranks = {code: (step[code] > 0, code not in here, *rank[code]) for code in candidates}
        owners = share_names(wanted, ranks, here)
        losers = {code: owners[name] for code, name in wanted.items() if owners[name] != code}
        # Who lost against somebody who would like to have another name too waits for what becomes of that one.
        ready = [
            code
            for code, owner in losers.items()
            if can_go_on(code) and not (owner in losers and can_go_on(str(owner)))
        ]
        for code in ready:
            step[code] += 1
        if ready:
            continue
        names = {code: name for code, name in wanted.items() if code not in losers}
        still = {one.name: key for key, one in here.items() if key not in names}
        holder_of = still | {name: key for key, name in names.items()}
        # A name that nobody has in the end is not taken: whoever lost all its longer ones asks for its own again, once.
        unheld = {code for code in losers if candidates[code].name not in holder_of}
        if not unheld:
            break
        assert not unheld & returned
        returned |= unheld
        step.update(dict.fromkeys(unheld, 0))
    holders = {code: holder_of[candidates[code].name] for code in losers}
    return names, holders, {code for code in names if step[code]}


def ways_to_say(code: str, candidates: Mapping[str, Row], here: Mapping[Key, Here]) -> list[str]:
    """The name, then with its parent's before it, then with both above it, and so on, as far as our column goes."""
    said = [candidates[code].name]
    seen: set[Key] = {code}
    above: Key | None = candidates[code].parent or None
    while above is not None and above not in seen and (above in candidates or above in here):
        seen.add(above)
        one = candidates[str(above)] if above in candidates else here[above]
        said.append(f"{one.name} {said[-1]}")
        above = one.parent or None
    return [name for name in said if len(name) <= 200]


def share_names(
    wanted: Mapping[str, str], ranks: Mapping[str, tuple[object, ...]], here: Mapping[Key, Here]
) -> dict[str, Key]:
    """Who has each name in the end."""
    holder_of = {one.name: key for key, one in here.items()}
    leaving = {code: name for code, name in wanted.items() if code in here and here[code].name != name}

    def ring(code: str) -> list[str]:
        """Those who pass their names on in a ring with this one."""
        chain = [code]
        while (after := holder_of.get(leaving[chain[-1]])) in leaving and after not in chain:
            chain.append(str(after))
        return chain if holder_of.get(leaving[chain[-1]]) == code else []

    owners: dict[str, Key] = {leaving[code]: code for code in leaving if ring(code)}

    def owner(name: str) -> Key | None:
        if name not in owners:
            holder = holder_of.get(name)
            if holder is not None and (holder not in leaving or owner(leaving[str(holder)]) != holder):
                owners[name] = holder
            else:
                askers = [code for code, want in wanted.items() if want == name and code != holder]
                if not askers:
                    return None
                owners[name] = min(askers, key=lambda code: ranks[code])
        return owners[name]

    return {name: found for name in {*wanted.values(), *holder_of} if (found := owner(name)) is not None}


def apply(names: Mapping[str, str], single: Mapping[str, Row], here: Mapping[Key, Here]) -> dict[Key, Here]:
    """The tree with those rows taken that got a name; whoever was not here is linked from now on."""
    tree = dict(here)
    for code, name in names.items():
        row = single[code]
        mark = here[code].missing if code in here else False
        tree[code] = Here(name, row.parent or None, row.order, linked=True, missing=mark)
    return tree
