"""Small random companies that fight over few names and few places, with every kind of bad row."""

from collections.abc import Iterator
from random import Random

from integrations.kaonavi.types import Department, Departments, Unreadable
from integrations.rules.departments.plan import LocalDepartment

STEM = 8  # of some companies: departments one below the other, so that a small tree below them is a deep one
Company = tuple[Departments, list[LocalDepartment]]


def draw_companies(seed: int, count: int) -> Iterator[Company]:
    chance = Random(seed)  # noqa: S311 - nothing to be kept secret
    for _ in range(count):
        names = [f"n{number}" for number in range(chance.randint(1, 9))]
        names += chance.choice([[], [], ["n1 n0"], ["n1 n0", "n2 n1 n0"]])  # as if 親部署名 stood before them
        stem = draw_stem(STEM) if chance.random() < 0.3 else []
        local = [*stem, *draw_ours(chance, names, stem)]
        yield draw_theirs(chance, names, stem, local), local


def draw_stem(length: int) -> list[LocalDepartment]:
    return [
        LocalDepartment(pk, f"s{pk}", f"stem{pk}", pk - 1 or None, 1, linked=True, missing=False)
        for pk in range(1, length + 1)
    ]


def draw_ours(chance: Random, names: list[str], stem: list[LocalDepartment]) -> Iterator[LocalDepartment]:
    first = len(stem) + 1
    for pk, name in enumerate(chance.sample(names, chance.randint(0, len(names))), start=first):
        linked = chance.random() < 0.8
        yield LocalDepartment(
            pk=pk,
            code="" if chance.random() < 0.1 else f"c{pk - len(stem)}",
            name=name,
            parent_pk=chance.choice([None, *range(max(len(stem), 1), pk)]),
            order=chance.choice([None, 1, 2]),
            linked=linked,
            missing=linked and chance.random() < 0.2,
        )


def draw_theirs(
    chance: Random, names: list[str], stem: list[LocalDepartment], local: list[LocalDepartment]
) -> Departments:
    """The stem as it is, and some rows; half of the companies have none that is odd."""
    codes = [f"c{number}" for number in range(1, len(names) + 2)]
    parents = ["", *codes, *([f"s{STEM}"] * 3 if stem else [])]
    is_odd = chance.random() < 0.5
    times = 2 if is_odd and chance.random() < 0.3 else 1
    rows = [
        draw_row(chance, code, names, parents, local)
        for code in chance.sample(codes * times, chance.randint(1, 7) % len(codes) + 1)
    ]
    unreadable = []
    if is_odd:
        rows = [spoil(chance, row) for row in rows]
        if chance.random() < 0.2:
            unreadable = [Unreadable(100, chance.choice(["", "u1", *codes]), "?")]
    rows += [Department(one.code, one.name, f"s{one.parent_pk}" if one.parent_pk else "", 1) for one in stem]
    chance.shuffle(rows)
    return Departments(items=tuple(rows), unreadable=tuple(unreadable))


def draw_row(
    chance: Random, code: str, names: list[str], parents: list[str], local: list[LocalDepartment]
) -> Department:
    """Names and places of departments that are here stay more often than not."""
    name, parent = chance.choice(names), chance.choice(parents)
    known = next((one for one in local if one.code == code), None)
    if known and chance.random() < 0.3:
        name = known.name
    if known and chance.random() < 0.5:
        parent = next((one.code for one in local if one.pk == known.parent_pk), "")
    return Department(code, name, parent, chance.choice([None, 1, 2]))


def spoil(chance: Random, row: Department) -> Department:
    """One row in three has something odd; the others stay as they are."""
    return Department(
        code=chance.choice([*[row.code] * 24, "", "　", "X" * 51, f" {row.code}"]),
        name=chance.choice([*[row.name] * 24, "", "名" * 201, f" {row.name}　"]),
        parent_code=chance.choice([*[row.parent_code] * 24, "gone", "u1", f"{row.parent_code} "]),
        order=row.order,
    )
