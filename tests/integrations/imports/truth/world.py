"""A company whose people are known for certain: who is who behind every 社員番号, mail, name, row and result.

The product sees only what カオナビ and files say. Here is kept what is true, so that after any sequence of events it can be
asked of each record on a sheet whose result it is, and of each row of ours whom it is about. What nobody could tell
from what is written is left out: two people never have the same name or birthday, nor, one after the other, 社員番号 and
mail both the same; and a row without 社員番号 is found by its mail alone (§3.15), so that nobody's is blanked before the
end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import User

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions
from integrations.imports import identity_decisions
from integrations.imports.merge import Pair, merge, twins_of
from integrations.jobs import runner
from integrations.kaonavi.simulator.state import Member
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncIssue, SyncJob
from integrations.rules.results.sheets import ALL, LATEST
from integrations.rules.text import fold_width
from tests.integrations.files.files import csv_file
from tests.integrations.imports.truth.direct import connect_to

NUMBERS = tuple("1234")
MAILS = tuple(f"{letter}@example.co.jp" for letter in "abcd")
LINK = "受検者詳細リンク"
HEADINGS = ("社員番号", "姓", "名", "姓（カナ）", "名（カナ）", "メールアドレス", "生年月日")
FIRST_DAY = date(2026, 1, 1)

T = TypeVar("T")


@dataclass(eq=False)
class Human:
    """One real person, as カオナビ has them now; `names` and `numbers` hold all that they ever had."""

    place: int
    member: Member
    number: str
    mail: str
    names: list[tuple[str, str]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    is_member: bool = True

    @property
    def line(self) -> tuple[str, ...]:
        """As a file has them."""
        name, kana = (text.split() for text in self.names[-1])
        return (self.number, *name, *kana, self.mail, self.member.birthday)


class World:
    """Events are methods of one or two numbers, which choose among whoever or whatever it can happen to; or nothing
    happens.
    """

    def __init__(self, tenant: Tenant, by: User) -> None:
        self.tenant = tenant
        self.by = by
        self.connect = connect_to(tenant)
        self.humans: list[Human] = []
        self.employees: dict[int, Human] = {}
        self.results: dict[UUID, Human] = {}
        self.owners: dict[tuple[str, str], Human] = {}
        self.old_lines: list[tuple[str, ...]] = []

    # what happens in カオナビ

    @property
    def members(self) -> list[Human]:
        return [human for human in self.humans if human.is_member]

    def hire(self, first: int, second: int) -> None:
        number, mail = pick(self.free_numbers(), first), pick(self.free_mails(), second)
        if number is None or mail is None or (number, mail) in self.owners:
            return
        place = len(self.humans)
        birthday = "" if (first + second) % 2 else f"19{60 + place % 40}-0{1 + place // 40}-01"
        member = self.tenant.add_member(number, mail=mail, birthday=birthday, name="", name_kana="")
        human = Human(place, member, number, mail)
        self.humans.append(human)
        self.marry_to(human)
        self.note(human)

    def leave(self, first: int, _: int) -> None:
        if human := pick(self.members, first):
            human.is_member = False
            self.tenant.state.members.remove(human.member)
            for sheet in self.tenant.state.sheets:
                sheet.rows.pop(human.number, None)

    def marry(self, first: int, _: int) -> None:
        if human := pick(self.members, first):
            self.marry_to(human)
            self.note(human)

    def marry_to(self, human: Human) -> None:
        spelled = f"{human.place}-{len(human.names)}"
        human.names.append((f"姓{spelled} 名{spelled}", f"セイ{spelled} メイ{spelled}"))
        human.member.name, human.member.name_kana = human.names[-1]

    def renumber(self, first: int, second: int) -> None:
        human, number = pick(self.members, first), pick(self.free_numbers(), second)
        if human and number:
            self.become([(human, number, human.mail)])

    def readdress(self, first: int, second: int) -> None:
        human, mail = pick(self.members, first), pick(self.free_mails(), second)
        if human and mail:
            self.become([(human, human.number, mail)])

    def swap_mails(self, first: int, second: int) -> None:
        one, other = pick(self.members, first), pick(self.members, second)
        if one and other and one is not other:
            self.become([(one, one.number, other.mail), (other, other.number, one.mail)])

    def swap_numbers(self, first: int, second: int) -> None:
        one, other = pick(self.members, first), pick(self.members, second)
        if one and other and one is not other:
            self.become([(one, other.number, one.mail), (other, one.number, other.mail)])

    def hide(self, first: int, second: int) -> None:
        """HR blanks an item to leave somebody out of the import on purpose, or fills it again."""
        if human := pick(self.members, first):
            is_whole = all((human.member.name, human.member.name_kana, human.member.mail))
            self.show(human)
            if is_whole:
                setattr(human.member, ("name", "name_kana", "mail")[second % 3], "")

    def show(self, human: Human) -> None:
        human.member.name, human.member.name_kana = human.names[-1]
        human.member.mail = human.mail

    def become(self, changes: Sequence[tuple[Human, str, str]]) -> None:
        """Give these people another 社員番号 or mail, all at once. Their sheets go with them."""
        if any(self.owners.get((number, mail), human) is not human for human, number, mail in changes):
            return
        rows = [[sheet.rows.pop(human.number, None) for sheet in self.tenant.state.sheets] for human, _, _ in changes]
        for records, (human, number, mail) in zip(rows, changes, strict=True):
            human.member.code, human.member.mail = number, mail if human.member.mail else ""
            human.number, human.mail = number, mail
            for sheet, shown in zip(self.tenant.state.sheets, records, strict=True):
                if shown is not None:
                    sheet.rows[number] = shown
            self.note(human)

    def free_numbers(self) -> list[str]:
        return [number for number in NUMBERS if number not in {human.number for human in self.members}]

    def free_mails(self) -> list[str]:
        return [mail for mail in MAILS if mail not in {human.mail for human in self.members}]

    def note(self, human: Human) -> None:
        human.numbers.add(human.number)
        self.owners[human.number, human.mail] = human
        self.old_lines.append(human.line)

    # what happens here

    def sync(self, *_: int) -> None:
        self.take_in(self.run("employees"))

    def import_file(self, first: int, second: int) -> None:
        """A file with people as they are now or were once: an old one, or one with a column that has slipped."""
        count = len(self.old_lines)
        lines = {self.old_lines[(first + step * (1 + second)) % count] for step in range(1 + second % 3)}
        self.take_in(self.run("employees_file", file=("people.csv", csv_file(HEADINGS, *sorted(lines)))))

    def take_in(self, job: SyncJob) -> None:
        """Whoever is new here is the person whose row it was."""
        assert job.status in {"succeeded", "partial"} or not self.members, job.message
        for employee in Employee.objects.exclude(pk__in=self.employees):
            self.employees[employee.pk] = self.owners[employee.employee_number, employee.email]

    def decide(self, first: int, second: int) -> None:
        """An administrator answers some or all of what the last run asked; always by what is true."""
        for place, issue in enumerate(self.asked()):
            if second % 3 or (first + place) % 2:
                self.answer(issue)

    def asked(self) -> list[SyncIssue]:
        """What can be answered: a question from which a merge has taken whose it was, the next run asks anew."""
        job = SyncJob.objects.filter(kind__in=("employees", "employees_file")).order_by("-pk").first()
        doubts = job.issues.filter(reason="MEMBER_IDENTITY_UNCERTAIN").order_by("pk") if job else []
        return [issue for issue in doubts if issue.object_id and (issue.value, issue.email) in self.owners]

    def answer(self, issue: SyncIssue) -> None:
        whose = self.owners[issue.value, issue.email]
        identity_decisions.decide_issues([issue], is_same=self.employees[issue.object_id or 0] is whose, by=self.by)

    def merge(self, first: int, _: int) -> None:
        """Two rows with the same 社員番号 that are the same person are made one."""
        if pair := pick(self.doubles(), first):
            both = Employee.objects.filter(pk__in=[each.pk for each in pair])
            seen = Pair.of(list(both), by=self.by)
            stays = next((each for each in pair if each.email == self.employees[each.pk].mail), pair[0])
            merge(both, stays=stays.pk, fingerprint=seen.fingerprint, by=self.by)

    def doubles(self) -> list[tuple[Employee, Employee]]:
        return [
            (one, twin)
            for one in Employee.objects.order_by("pk")
            for twin in twins_of(one, Employee.objects.filter(pk__gt=one.pk))
            if self.employees[one.pk] is self.employees[twin.pk]
        ]

    def test(self, first: int, second: int) -> None:
        """Somebody takes the test, and the result comes in under the row that is theirs."""
        if employee := pick(list(Employee.objects.order_by("pk")), first):
            day = FIRST_DAY + timedelta(days=len(self.results) % 3 - second % 3 + 2)
            result = Assessment.objects.create(employee=employee, taken_on=day, scores={"listening": 50})
            self.results[result.public_id] = self.employees[employee.pk]

    def clear(self, first: int, _: int) -> None:
        """The 社員番号 of somebody who left and was tested is blanked here, so that another person can have it."""
        tested = Employee.objects.exclude(employee_number="").exclude(email="").filter(assessments__isnull=False)
        gone = [row for row in tested.distinct().order_by("pk") if not self.employees[row.pk].is_member]
        if employee := pick(gone, first):
            Employee.objects.filter(pk=employee.pk).update(employee_number="")

    def upload(self, *_: int) -> None:
        job = self.run("results")
        assert job.status in {"succeeded", "partial"}, job.message
        self.check()

    def run(self, kind: str, **options: Any) -> SyncJob:
        job = actions.start_job(kind=kind, by=None, inline=True, **options)
        number = job.lease
        while (step := runner.advance(job.pk, number, worker="test", connect=self.connect)) is not None:
            number = step.lease_number
        job.refresh_from_db()
        return job

    def settle(self) -> None:
        """HR tidies up: nobody is left out on purpose, every question is answered, one row a person, no number
        twice.
        """
        for human in self.members:
            self.show(human)
        self.sync()
        for _ in range(len(self.employees)):
            for issue in self.asked():
                self.answer(issue)
            if self.asked():
                self.sync()
        assert not self.asked() or not self.members, "what has been answered is asked again"
        while self.doubles():
            self.merge(0, 0)
        for employee in Employee.objects.exclude(employee_number=""):
            human = self.employees[employee.pk]
            if not human.is_member or employee.email != human.mail:
                Employee.objects.filter(pk=employee.pk).update(employee_number="")

    # what must be true

    def check(self) -> None:
        """Every record on a sheet is of the person on whose sheet it stands, and no row of ours says another one's
        name.
        """
        numbers = {human.number: human for human in self.members}
        for sheet in (LATEST.name, ALL.name):
            for number, human in numbers.items():
                for public_id in self.shown(sheet, number):
                    assert self.results[public_id] is human, f"{sheet}, {number}: a result of {self.results[public_id]}"
        for employee in Employee.objects.all():
            human = self.employees[employee.pk]
            assert fold_width(employee.full_name) in {fold_width(name) for name, _ in human.names}, (
                f"{employee} is {human}"
            )

    def check_all_shown(self) -> None:
        """Nobody's results are kept back for ever."""
        for employee in Employee.objects.exclude(employee_number=""):
            human = self.employees[employee.pk]
            results = set(Assessment.objects.filter(employee=employee).values_list("public_id", flat=True))
            assert results <= set(self.shown(ALL.name, human.number)), f"{human} is not shown whole"

    def shown(self, sheet: str, number: str) -> list[UUID]:
        links = (record.get(LINK, "") for record in self.tenant.records(sheet, number))
        return [UUID(link.rstrip("/").rpartition("/")[2]) for link in links if link]


def pick(things: Sequence[T], number: int) -> T | None:
    return things[number % len(things)] if things else None
