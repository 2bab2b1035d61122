"""ミキワメ's own side of the sample company: results for 900 people, and those of whom カオナビ can take nothing.

Nothing is drawn by chance: the same people get the same results each time. Each odd row is named with what a result
upload must make of it, by the rules and not by running the product.
"""

import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from assessments.models import PersonalityType, Scale
from employees.models import Employee
from integrations.rules.assessments.headings import JUDGED, heading_on

TESTED = 900
TESTED_TWICE = 150
FIRST_DAY = date(2025, 6, 2)
TITLE = "ミキワメ 性格検査"
FURTHER_BASIS = "チーム基準"  # beside 会社基準, on which everybody is judged
OWN_TYPE = "オールラウンダー"  # added by the company; the sheets' template does not know it


class LocalPerson(NamedTuple):
    """Somebody whom only ミキワメ knows."""

    mail: str
    name: tuple[str, str]
    number: str = ""
    is_retired: bool = False


LEFT_OUT = [
    LocalPerson("naitei.haru@example.co.jp", ("内定", "春"), number=""),  # no 社員番号 yet
    LocalPerson("taishoku.aki@example.co.jp", ("退職", "秋"), number="R-0007", is_retired=True),  # gone from カオナビ
]
REFUSED = [
    LocalPerson("kyuusei.natsu@example.co.jp", ("旧姓", "夏"), number="M-2001"),  # one person, entered twice
    LocalPerson("shinsei.natsu@example.co.jp", ("新姓", "夏"), number="M-2001"),
    LocalPerson("omoji.fuyu@example.co.jp", ("小文字", "冬"), number="e0300"),  # カオナビ has E0300
    LocalPerson("haifun.fuyu@example.co.jp", ("配分", "冬"), number="E-0301"),  # カオナビ has E0301
    LocalPerson("shukkou.yuki@example.co.jp", ("出向", "雪"), number="X-9001"),  # カオナビ has nothing like it
]
WITH_OWN_TYPE = 7  # the eighth of those tested: no option of the sheets' 16タイプ
WITH_ATTACHMENT = 11  # the twelfth: カオナビ's record of that person holds a file, which cannot be sent back
REFUSED_IN_BETWEEN = 2  # the two of them

EXPECTED = {
    "created": TESTED - REFUSED_IN_BETWEEN,
    "updated": 0,
    "unchanged": 0,
    "skipped": len(LEFT_OUT),
    "failed": len(REFUSED) + REFUSED_IN_BETWEEN,
}
EXPECTED_AGAIN = EXPECTED | {"created": 0, "unchanged": EXPECTED["created"]}
EXPECTED_AFTER_A_MOVE = EXPECTED | {"created": 0, "updated": EXPECTED["created"]}
"""The counts of a first upload, of every further one while nothing changes, and of one after the pages moved."""

IMPORTED = {
    "created": TESTED + TESTED_TWICE + len(LEFT_OUT) + len(REFUSED),
    "updated": 0,
    "unchanged": 0,
    "skipped": 0,
    "failed": 0,
}
IMPORTED_AGAIN = IMPORTED | {"created": 0, "unchanged": IMPORTED["created"]}
"""The same for the import of the results into ミキワメ."""


def add_local_people() -> None:
    """Make the people whom only ミキワメ knows, and the company's own type, where they do not exist yet."""
    PersonalityType.objects.get_or_create(code="all_rounder", defaults={"name": OWN_TYPE, "order": 17})
    for person in LEFT_OUT + REFUSED:
        last_name, first_name = person.name
        Employee.objects.get_or_create(
            email=person.mail,
            defaults={
                "last_name": last_name,
                "first_name": first_name,
                "employee_number": person.number,
                "is_retired": person.is_retired,
                "retirement_source": "manual" if person.is_retired else "",
            },
        )


def tested_people() -> list[Employee]:
    """The people from カオナビ who were tested, in 社員番号 order."""
    return linked_people()[:TESTED]


def linked_people() -> list[Employee]:
    linked = Employee.objects.filter(last_seen_at__isnull=False).exclude(employee_number="")
    return list(linked.order_by("employee_number", "pk"))


def with_untouchable_records(sheets: list[dict[str, Any]], site: str) -> list[dict[str, Any]]:
    """The simulator's sheets with two more records on the sheet of all results.

    One holds a file, so that its member cannot be written there. One links to a result of ours that is gone, of
    somebody without any other: the upload leaves it and says so.
    """
    [sheet] = [sheet for sheet in sheets if sheet["name"] == "全性格検査結果（ミキワメ連携）"]
    [link] = [item["id"] for item in sheet["items"] if item["name"] == "受検者詳細リンク"]
    certificate = max(item["id"] for each in sheets for item in each["items"]) + 1
    sheet["items"].append(
        {"id": certificate, "name": "証明書", "type": "string", "type_detail": "attach_file", "read_only": True}
    )
    people = linked_people()
    gone = reverse("assessments:detail", args=[UUID(int=0)])
    sheet["rows"][people[WITH_ATTACHMENT].employee_number] = [{str(certificate): ["certificate.pdf"]}]
    sheet["rows"][people[-1].employee_number] = [{str(link): [f"{site}{gone}"]}]
    return sheets


def write_results(path: Path) -> None:
    """Write the results of everybody as the CSV that `manage.py assessments import` takes."""
    scales = list(Scale.objects.values_list("name", flat=True))
    types = list(PersonalityType.objects.exclude(name=OWN_TYPE).values_list("name", flat=True))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        further = [heading_on(column, FURTHER_BASIS) for column in JUDGED]
        head = [
            "メールアドレス",
            "検査名",
            "受検日",
            "完了日時",
            "16タイプ",
            "判定",
            "総合スコア",
            *further,
            "コメント",
            *scales,
        ]
        writer = csv.writer(file)
        writer.writerow(head)
        for place, person in enumerate(tested_people()):
            own = [OWN_TYPE] if place == WITH_OWN_TYPE else types
            turns = 2 if place % (TESTED // TESTED_TWICE) == 1 else 1
            for turn in range(turns):
                writer.writerow(result(person.email, turn, own, scales))
        for local in LEFT_OUT + REFUSED:
            writer.writerow(result(local.mail, 0, types, scales))


def result(mail: str, turn: int, types: list[str], scales: list[str]) -> Iterator[str]:
    """One line of the CSV: the person's scores at the first (0) or second (1) turn. Now and then a value is missing."""
    dice = random.Random(f"{mail} {turn}")  # noqa: S311 - invented scores, the same each time
    taken_on = FIRST_DAY + timedelta(days=dice.randrange(90) + 300 * turn)
    completed_at = datetime.combine(taken_on, datetime.min.time()) + timedelta(hours=9, minutes=dice.randrange(500))
    overall = dice.randrange(10, 100) / 10
    has_type = len(types) == 1 or dice.random() > 0.02
    yield from (mail, TITLE, taken_on.isoformat(), f"{completed_at:%Y-%m-%d %H:%M}")
    yield dice.choice(types) if has_type else ""
    yield from judged(overall)
    yield from further_judged(mail, turn, overall)
    yield "見本のデータです。"
    for _ in scales:
        score = min(80.0, max(20.0, dice.gauss(50, 10)))
        yield f"{score:.1f}" if dice.random() > 0.002 else ""


def judged(overall: float) -> tuple[str, str]:
    """判定 and 総合スコア, as the file has them."""
    return "ABCDE"[int((9.9 - overall) // 2)], f"{overall:.1f}"


def further_judged(mail: str, turn: int, overall: float) -> tuple[str, str]:
    """The same on the further basis: near the company's, and now and then not there."""
    dice = random.Random(f"{FURTHER_BASIS} {mail} {turn}")  # noqa: S311 - as above
    near = round(min(9.9, max(0.0, overall + dice.uniform(-2, 2))), 1)
    return judged(near) if dice.random() > 0.1 else ("", "")
