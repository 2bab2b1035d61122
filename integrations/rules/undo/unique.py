"""Values that only one row may have: which steps of an undo would give one to a second. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from integrations.rules.plan import Action
from integrations.rules.undo.steps import Step


def taken(
    name: str, steps: Sequence[Step], holders: Mapping[str, Iterable[int]], why: str
) -> Iterator[tuple[Step, str, str]]:
    """The steps that would give their row a value of the field `name` that another row has then.

    `holders` are the rows (pk) by the value that they have now; "" anybody may have.
    """
    leaving = {step.record.pk for step in steps if step.action is Action.DELETE or name in step.back}
    after: dict[str, int] = defaultdict(int)
    for value, pks in holders.items():
        after[value] = sum(pk not in leaving for pk in pks)
    claims = [step for step in steps if step.back.get(name)]
    for step in claims:
        after[step.back[name]] += 1
    for step in claims:
        if after[step.back[name]] > 1:
            yield step, name, why
