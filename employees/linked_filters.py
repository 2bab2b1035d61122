"""Filters of the list that have no box of their own: links set them, the list names them and lets them go again."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from django.db.models import Exists, Q

from employees.models import Employee

Given = Mapping[str, str]  # parameter → value, those that are set
BLANK = "なし"  # what has no value, as a value


class Linked(NamedTuple):
    """Some of them that belong together. `labels` are by parameter.

    `words` says what is given, "" for a value that means nothing; `fits` who has all of it. Those `of_results` concern
    only people whose results may be seen, and are nothing to somebody who may see none.
    """

    labels: Mapping[str, str]
    words: Callable[[Given], Mapping[str, str]]
    fits: Callable[[Given], Q | Exists]
    of_results: bool = False


def say_person(given: Given) -> Mapping[str, str]:
    genders = dict(Employee.Gender.choices) | {BLANK: BLANK}
    told = {
        "employment": lambda value: value if value == BLANK else "",
        "gender": lambda value: genders.get(value, ""),
        "position": lambda value: value,
        "hired": lambda value: BLANK if value == BLANK else f"{value}年" if is_year(value) else "",
    }
    return {parameter: told[parameter](value) for parameter, value in given.items()}


def fit_person(given: Given) -> Q:
    """性別, 役職 and 入社年."""
    fits = Q()
    for parameter, value in given.items():
        if parameter == "employment":
            fits &= Q(employment_type="")
        elif parameter == "hired":
            fits &= Q(hire_date=None) if value == BLANK else Q(hire_date__year=int(value))
        else:
            fits &= Q(**{parameter: value}) | Q(**{parameter: ""}) if value == BLANK else Q(**{parameter: value})
    return fits


def is_year(value: str) -> bool:
    return len(value) == 4 and value.isascii() and value.isdecimal() and value != "0000"


# `assessments` adds what it knows of results
LINKED: Final = [
    Linked({"employment": "雇用形態", "gender": "性別", "position": "役職", "hired": "入社年"}, say_person, fit_person)
]
