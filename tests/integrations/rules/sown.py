"""Faults in what is pure, a sample of those that `script/mutants` sows, which needs no further package.

`python -m tests.integrations.rules.sown NUMBER` runs the tests beside the module with that fault in it.
"""

import sys
from typing import NamedTuple

import pytest

from tests.world.sown import Fault, Sower


class Sown(NamedTuple):
    fault: Fault
    tests: str


def sown(tests: str, module: str, was: str, now: str) -> Sown:
    return Sown(Fault(now, f"integrations.{module}", was, now), f"tests/integrations/{tests}")


LIMITS = ("connection/test_window.py", "connection.limits")
WIRE = ("kaonavi/wire", "kaonavi.wire")
IDENTITY = ("rules/employees/test_identity.py", "rules.employees.identity")
GUARDS = ("rules/test_guards.py", "rules.guards")

FAULTS = (
    sown(*LIMITS, "if len(looks) < window.limit:", "if len(looks) <= window.limit:"),
    sown(*LIMITS, "return self.free_at(call) > now", "return self.free_at(call) >= now"),
    sown(*LIMITS, "(returned or reserved + self.patience)", "(returned or reserved)"),
    sown(*WIRE, 'return self.method == "PATCH"', 'return self.method != "PATCH"'),
    sown(*WIRE, 'SentItem(key, values or ("",))', "SentItem(key, values)"),
    sown(*WIRE, "if dry_run else {})", "if not dry_run else {})"),
    sown(*IDENTITY, 'map(fold_width, names)) - {""}', "map(fold_width, names))"),
    sown(*IDENTITY, "if target and wanted[target.pk] == 1 else None", "if target else None"),
    sown(*IDENTITY, "if number not in self.numbers_aside else None", "if number else None"),
    sown(*IDENTITY, "number, ()) if number else ()", "number, ())"),
    sown(*IDENTITY, "or mail in mails or", "or"),
    sown(*GUARDS, "out_of >= FEWEST_ROWS", "out_of > FEWEST_ROWS"),
    sown(*GUARDS, "losers * 100 >= percent * out_of", "losers * 100 > percent * out_of"),
    sown(*GUARDS, 'for alarm in alarms) - {""}', "for alarm in alarms)"),
    sown(
        "rules/employees/test_exceptions.py",
        "rules.employees.exceptions",
        "return holder is None or holder.employee_number != number",
        "return True",
    ),
    sown("rules/employees/test_vanished.py", "rules.employees.plan", "() if is_unsure or MISSING", "() if MISSING"),
    sown("rules/results/test_unknown.py", "rules.results.plan", "day > latest.taken_on", "day >= latest.taken_on"),
    sown("rules/results/test_values.py", "rules.results.values", "(TENTH, ROUND_HALF_UP)", "(TENTH)"),
    sown("rules/results/test_undo.py", "rules.results.undo", "code in shown.unreadable or", ""),
    sown("rules/undo", "rules.undo.steps", "and old != ERASED", ""),
    sown("rules/undo", "rules.undo.unique", "after[step.back[name]] > 1", "after[step.back[name]] > 2"),
    sown("rules/undo", "rules.undo.departments", "len(path) > MAX_LEVEL", "len(path) >= MAX_LEVEL"),
)


if __name__ == "__main__":
    chosen = FAULTS[int(sys.argv[1])]
    sys.meta_path.insert(0, Sower(chosen.fault))
    sys.exit(pytest.main(["-x", "-q", "--tb=no", chosen.tests]))
