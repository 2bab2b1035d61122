"""What each sort of world is like: in most anything may happen to a few people; in some one thing happens often."""

from dataclasses import dataclass, replace
from random import Random

from integrations.kaonavi.simulator.sheet_templates import TemplateKey

BOTH: tuple[tuple[TemplateKey, ...], ...] = (("latest", "all"),)
UPLOAD = ("results",)
ONE_KIND = (*[("departments",)] * 2, *[("employees",)] * 5, *[UPLOAD] * 8)
SOME_KINDS = (
    *[("departments", "employees")] * 2,
    ("employees", "results"),
    ("departments", "employees", "results"),
)


@dataclass(frozen=True)
class Sort:
    """The dice choose one of what is in a tuple, and a number between the two of a range. Times are seconds.

    What is told here is a small world, unless a sort says otherwise.
    """

    name: str
    share: float  # of all worlds

    # the company
    people: tuple[int, int] = (2, 3)  # range
    results: tuple[int, int] = (0, 3)  # range; of all of them together
    are_all_tested: bool = False  # once each instead
    here: tuple[float, ...] = (0.0, 0.7, 1.0)  # how many of the people are here from the beginning

    # its カオナビ
    sheets: tuple[tuple[TemplateKey, ...], ...] = (*BOTH, *BOTH, ("latest",), ("all",))
    records: tuple[int, int] = (1, 2)  # range; that a call has room for
    delays: tuple[float, ...] = (0.0, 2.0, 6.0)  # until カオナビ has carried out an update

    # what is done
    plots: tuple[tuple[str, ...], ...] = ONE_KIND  # which kinds of run there are
    horizons: tuple[float, ...] = (10.0, 20.0, 30.0)  # until it becomes calm
    clicks: tuple[int, int] = (1, 5)  # range
    pauses: tuple[float, ...] = (0.3, 1.5, 6.0)  # between two clicks
    others: tuple[str, ...] | None = None  # what is clicked besides what starts a run; None is everything
    restarts: bool = False  # whoever sees that a worker is gone or stopped cancels its run and starts the next at once
    again: float = 0.4  # in how many a run is made once more at the end, which may change nothing
    automation: float = 0.15  # in how many of these worlds runs also start by themselves
    nights: float = 0.12  # in how many it is night again and again

    # what befalls them
    workers: tuple[int, ...] = (1, 2, 2)
    two_versions: float = 0.15  # in how many worlds
    deaths: tuple[float, ...] = (0.0, 0.001, 0.003, 0.01)  # at how many of the moments of weight 1
    stops: tuple[float, ...] = (0.0, 0.0, 0.001, 0.005)  # likewise
    least: float = 0.0  # weight of a moment at which somebody dies or is stopped
    trouble: tuple[float, ...] = (0.0, 0.05, 0.15, 0.4)  # with how many of the calls
    frail: tuple[str, ...] = ("GET", "POST", "PATCH")  # the calls that there can be trouble with
    bad_luck: tuple[float, ...] = (0.0, 0.2, 0.6)  # with how many of the messages


SMALL = Sort("small", share=0.84)
LARGER = Sort(
    "larger",
    share=0.08,
    people=(3, 6),
    results=(0, 4),
    plots=(*ONE_KIND, *SOME_KINDS * 3),
    horizons=(30.0, 60.0),
    clicks=(3, 8),
    pauses=(0.3, 1.5, 8.0),
)
# More calls than a minute has room for, one person each; what can go wrong goes wrong there.
SENDING = Sort(
    "sending",
    share=0.03,
    people=(3, 4),
    are_all_tested=True,
    sheets=BOTH,
    here=(1.0,),
    records=(1, 1),
    delays=(0.0, 6.0, 15.0),
    plots=(UPLOAD,),
    horizons=(90.0, 180.0),
    clicks=(5, 10),
    pauses=(3.0, 10.0),
    others=("cancels", "deletes a result", "enters a result"),
    automation=0.0,
    nights=0.0,
    two_versions=0.0,
    least=10.0,
    trouble=(0.0, 0.2, 0.4),
    frail=("PATCH",),
    bad_luck=(0.0, 0.05),
)
# The same, and nobody waits until somebody else goes on with what a dead worker had sent.
IMPATIENT = replace(
    SENDING,
    name="impatient",
    share=0.02,
    delays=(0.0, 2.0),
    horizons=(60.0, 90.0),
    clicks=(6, 12),
    pauses=(10.0,),
    others=(),
    restarts=True,
    workers=(2,),
    deaths=(0.003, 0.006, 0.01),
    stops=(0.0,),
    least=20.0,
    trouble=(0.0, 0.05),
    bad_luck=(0.0,),
)
# The same, and nobody dies: who is stopped where it sends, or says who has the run, goes on when it is another's.
STOPPED = replace(
    IMPATIENT,
    name="stopped",
    share=0.03,
    deaths=(0.0,),
    stops=(0.006, 0.015),
    least=10.0,
    trouble=(0.0,),
)
SORTS = (SMALL, LARGER, SENDING, IMPATIENT, STOPPED)


def draw(dice: Random) -> Sort:
    """The sort of one world."""
    return dice.choices(SORTS, [sort.share for sort in SORTS])[0]
