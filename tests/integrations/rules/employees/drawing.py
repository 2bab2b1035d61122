"""Small random companies whose people fight over few mails and few 社員番号, with every kind of bad row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from integrations.kaonavi.types import Item, Member, MemberLayout, Unreadable
from integrations.rules.employees.fields import NOBODY, LocalEmployee

DEPARTMENTS = ("A001", "A002")
MAILS = [f"{name}@x.jp" for name in "abcdef"]
NUMBERS = ["1", "2", "3", "010", "10", ""]
PEOPLE = [
    ("青山 直樹", "アオヤマ ナオキ"),
    ("森　　葵　 リナ", "モリ アオイ"),
    ("田中", "タナカ"),
    ("青山 太郎", "アオヤマ タロウ"),
]
DAYS = ["", "2024-02-29", "2024-04-01", "2999-12-31"]
POSITIONS = (311, 411)
EMPLOYMENT_TYPES = (312, 412)


@dataclass(frozen=True)
class Company:
    """What カオナビ sends, whom we have, and how we are set."""

    members: tuple[Member, ...]
    unreadable: tuple[Unreadable, ...]
    layout: MemberLayout
    local: list[LocalEmployee]
    filler: str
    keep: bool


def draw_companies(seed: int, count: int) -> Iterator[Company]:
    chance = Random(seed)  # noqa: S311 - nothing to be kept secret
    for _ in range(count):
        local = [draw_ours(chance, pk, mail) for pk, mail in enumerate(chance.sample(MAILS, chance.randint(0, 5)), 1)]
        yield Company(
            members=tuple(draw_members(chance, local)),
            unreadable=tuple(Unreadable(100, chance.choice(NUMBERS), "?") for _ in range(chance.random() < 0.1)),
            layout=MemberLayout(
                (
                    *draw_items(chance, "役職", POSITIONS),
                    Item(id=9, name="役職 ランク", type="string"),
                    *draw_items(chance, "雇用形態", EMPLOYMENT_TYPES),
                )
            ),
            local=local,
            filler=chance.choice(["", "", "-"]),
            keep=chance.random() < 0.3,
        )


def draw_items(chance: Random, name: str, ids: tuple[int, int]) -> list[Item]:
    there = chance.choices([0, 1, 2], [1, 6, 2])[0]
    return [Item(id=number, name=name, type="enum") for number in ids[:there]]


def draw_ours(chance: Random, pk: int, mail: str) -> LocalEmployee:
    name, kana = chance.choice(PEOPLE)
    last, *rest = name.split()
    last_kana, *rest_kana = kana.split()
    retirement = chance.choice(
        [(None, False, "")] * 3
        + [(date(2024, 4, 1), True, "kaonavi"), (date(2024, 4, 1), True, "manual"), (None, True, "manual")]
    )
    linked = chance.random() < 0.8
    values = NOBODY._replace(
        email=mail,
        employee_number=chance.choice(NUMBERS),
        last_name=last,
        first_name=" ".join(rest),
        last_name_kana=last_kana,
        first_name_kana=" ".join(rest_kana),
        birth_date=chance.choice([None, date(2024, 2, 29), date(2024, 4, 1)]),
        gender=chance.choice(["", "male", "female", "other"]),
        department=chance.choice(["", *DEPARTMENTS]),
        position=chance.choice(["", "課長", "部長、課長"]),
        employment_type=chance.choice(["", "regular", "part_time", "other"]),
        hire_date=chance.choice([None, date(2024, 2, 29)]),
        retirement_date=retirement[0],
        is_retired=retirement[1],
        retirement_source=retirement[2],
    )
    return LocalEmployee(pk, values, linked, missing=linked and chance.random() < 0.25)


def draw_members(chance: Random, local: list[LocalEmployee]) -> Iterator[Member]:
    """Half of the companies send every mail once; most of those who are here keep number and name."""
    count = chance.randint(0, 5)
    mails = chance.sample(MAILS, count) if chance.random() < 0.5 else chance.choices(MAILS, k=count)
    is_odd = chance.random() < 0.6
    ours = {one.email: one for one in local}
    for mail in mails:
        number = chance.choice(NUMBERS)
        name, kana = chance.choice(PEOPLE)
        if mail in ours and chance.random() < 0.7:
            number = ours[mail].employee_number
        if mail in ours and chance.random() < 0.7:
            name = f"{ours[mail].values.last_name} {ours[mail].values.first_name}"
            kana = f"{ours[mail].values.last_name_kana} {ours[mail].values.first_name_kana}"
        member = Member(
            code=number,
            name=name,
            name_kana=kana,
            mail=chance.choice([mail, mail, f" {mail.upper()}　"]),
            entered_date=chance.choice(DAYS),
            retired_date=chance.choice(["", "", *DAYS]),
            gender=chance.choice(["男性", "女性", "", "回答しない", " 男性 "]),
            birthday=chance.choice(DAYS),
            department_code=chance.choice(["", "　", *DEPARTMENTS, *DEPARTMENTS, f" {DEPARTMENTS[0]} "]),
            custom=dict(draw_custom(chance)),
        )
        yield spoil(chance, member) if is_odd else member


def draw_custom(chance: Random) -> Iterator[tuple[int, tuple[str, ...]]]:
    for item in POSITIONS:
        yield item, chance.choice([(), ("課長",), ("部長", " 課長 "), ("", "課長"), ("　",)])
    for item in EMPLOYMENT_TYPES:
        yield item, chance.choice([(), ("正社員",), (" アルバイト・パート",), ("嘱託",), ("",)])


def spoil(chance: Random, member: Member) -> Member:
    """Each text is odd in one of twenty rows; several oddities of one row are told together."""

    def or_odd(text: str, *odd: str) -> str:
        return chance.choice(odd) if chance.random() < 0.05 else text

    return Member(
        code=or_odd(member.code, "１", "1 2", "社員1", "9" * 51, "é" * 51, f" {member.code}　", "a-_.@/+Z"),
        name=or_odd(member.name, "", "　", "長" * 101, f"青山 {'長' * 101}", "長" * 101 + " " + "長" * 101),
        name_kana=or_odd(member.name_kana, "", " ", "ナ" * 101, f"アオヤマ　{'ナ' * 101}", "アオヤマ"),
        mail=or_odd(
            member.mail,
            *[
                "",
                "",
                "　",
                "　",
                "a",
                "a@",
                "@x.jp",
                "a@x",
                "a@b@x.jp",
                "ａ＠ｘ．ｊｐ",
                "a b@x.jp",
                "あ@x.jp",
                "a\x7f@x.jp",
            ],
            *["a..b@docomo.ne.jp", "a.@ezweb.ne.jp", "x" * 250 + "@x.jp", "é" * 250 + "@x.jp"],
        ),
        entered_date=or_odd(member.entered_date, "2023-02-29", "明日", " 2024-04-01 "),
        retired_date=or_odd(member.retired_date, "2023-02-29", "0000-00-00", "　"),
        gender=member.gender,
        birthday=or_odd(member.birthday, "2023-02-29", "2024-13-01"),
        department_code=or_odd(member.department_code, "Z", "a001", "A" * 51),
        custom={
            **member.custom,
            POSITIONS[0]: ("役" * 150, "役" * 50) if chance.random() < 0.05 else member.custom[POSITIONS[0]],
        },
    )
