"""検査結果CSV: whose result a row is, by 社員番号, メールアドレス, or both, which then must agree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from integrations.reasons import Reason
from integrations.rules.assessments.headings import AssessmentColumn
from integrations.rules.leading_zeros import Zeros
from integrations.rules.lookalikes import Lookalikes
from integrations.rules.results.people import loose, near_misses
from integrations.rules.text import shown, some_of

NAMED_OTHERS = 5


class Person(NamedTuple):
    """One employee of ours; `mail` is in lower case."""

    pk: int
    employee_number: str
    mail: str
    name: str

    @property
    def label(self) -> str:
        return f"{self.name} {self.mail}".strip()


class Doubt(NamedTuple):
    """Why a row belongs to nobody: a reason with the words for its sentence."""

    reason: Reason
    field: str
    value: str
    detail: str = ""
    others: str = ""
    other: str = ""


class People:
    """All employees, found by number or mail."""

    def __init__(self, everybody: Iterable[Person]) -> None:
        self.by_mail: dict[str, Person] = {}
        self.by_number: dict[str, list[Person]] = defaultdict(list)
        for person in everybody:
            if person.mail:
                self.by_mail[person.mail] = person
            if person.employee_number:
                self.by_number[person.employee_number].append(person)
        self.zeros = Zeros(self.by_number)
        self.mails_by_look = Lookalikes(self.by_mail, as_mail=True)

    def find(self, number: str, mail: str) -> Person | Doubt:
        """Whom 社員番号 and mail mean, trimmed, compared exactly (mail in lower case); a blank says nothing."""
        mail = mail.lower()
        if not number and not mail:
            return Doubt(Reason.ASSESSMENT_PERSON_MISSING, f"{AssessmentColumn.NUMBER}・{AssessmentColumn.MAIL}", "")
        if mail and mail not in self.by_mail:
            return Doubt(
                Reason.ASSESSMENT_PERSON_UNKNOWN, AssessmentColumn.MAIL, mail, detail=self.mails_by_look.hint(mail)
            )
        if number and number not in self.by_number:
            if other := self.zeros.counterpart(number):
                return Doubt(Reason.FILE_LEADING_ZEROS, AssessmentColumn.NUMBER, number, other=other)
            return Doubt(
                Reason.ASSESSMENT_PERSON_UNKNOWN, AssessmentColumn.NUMBER, number, detail=self.near_miss(number)
            )
        if not mail:
            holders = self.by_number[number]
            return holders[0] if len(holders) == 1 else shared(number, holders)
        person = self.by_mail[mail]
        if number and person.employee_number != number:
            holders = self.by_number[number]
            meant = f"社員番号は{names(holders)}、メールアドレスは{person.label}を指しています"
            return Doubt(Reason.ASSESSMENT_PERSON_AMBIGUOUS, AssessmentColumn.NUMBER, number, others=meant)
        return person

    def near_miss(self, number: str) -> str:
        """A sentence with a number of ours that looks the same to a person: spreadsheets drop leading zeros."""
        alike = self.numbers_by_look.get(loose(number))
        return f"似た社員番号「{shown('」「'.join(alike[:NAMED_OTHERS]))}」の社員がいます。" if alike else ""

    @cached_property
    def numbers_by_look(self) -> dict[str, list[str]]:
        """Our numbers by their look; made at the first unknown number only."""
        return near_misses(self.by_number)


def shared(number: str, holders: Sequence[Person]) -> Doubt:
    others = f"社員番号が同じ社員が{len(holders)}名います：{names(holders)}"
    return Doubt(Reason.ASSESSMENT_PERSON_AMBIGUOUS, AssessmentColumn.NUMBER, number, others=others)


def names(people: Sequence[Person]) -> str:
    """At most five of them, then how many more."""
    return some_of([person.label for person in people], NAMED_OTHERS, "名")
