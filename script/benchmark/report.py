"""What was measured, as one table with what was asked for beside it."""

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from statistics import median
from typing import Any, NamedTuple

Measured = Mapping[str, Any]

SITUATIONS = {"first": "first import", "changed": "1 % changed", "same": "nothing changed"}
CLICKS = SITUATIONS | {"list": "nothing changed, by the list of runs"}
FULL_SIZE, COMPARED_SIZE = 50_000, 10_000
FIRST_AT_MOST, SAME_AT_MOST = 1.35, 2.0  # times the floor
RIVAL_AT_LEAST = {  # times
    "SQLite": {"update_or_create": 5, "diffsync": 10, "import-export": 10},
    "PostgreSQL": {"update_or_create": 10, "diffsync": 10, "import-export": 10},
}
GROWTH_AT_MOST = 1.15
MEMORY_AT_MOST = 6.0  # times the JSON
DEEP_AT_MOST = 3.0  # times the first page
PAGE_AT_MOST = {"bare": None, "home": None, "tree": 0.06}  # seconds of processor time; a list and a run:
LIST_AT_MOST = 0.025
WAIT_AT_MOST = {
    "SQLite": 2.0,
    "PostgreSQL": 0.5,
}  # seconds; on PostgreSQL nobody waits, yet two cores are shared by three
CLICK_AT_MOST = {1_000: 1.0, 10_000: 2.5, 50_000: 8.0}  # seconds, without カオナビ's own
MIB = 2**20  # as Linux counts memory
AT_REST_AT_MOST = 300 * MIB  # all processes together
SIGN_AT_MOST = 0.3  # seconds from the click to what says that it was heard
FIGURES_AT_MOST = 0.06  # seconds of processor time, at 100,000 people with three results each
FIGURES_ON_THEIR_OWN = {"尺度 of one 検査名"}  # other results count than the latest, whose scores nobody has packed
FILE_AT_MOST = 0.25  # of its size in memory
READ_AT_MOST, WRITTEN_AT_MOST = 3.0, 1.5  # times calamine, times the same written as texts alone
READ_IN_AT_MOST = 150e6  # bytes
CHUNK = 1000  # records
PLANNED_AT_MOST = 0.8  # seconds of processor time, for an upload of COMPARED_SIZE


class Line(NamedTuple):
    """One measurement. `kept` is None where nothing was asked for."""

    what: str
    kind: str
    size: int
    product: str
    beside: str
    ratio: str = ""
    asked: str = ""
    kept: bool | None = None


def lines(measured: Mapping[str, Measured], bytes_of: Mapping[int, int], *, rivals_at: int) -> Iterator[Line]:
    """What was measured on each kind of database."""
    for kind, found in measured.items():
        yield from imports(kind, found["imports"])
        yield from rivals(kind, found["rivals"], rivals_at)
        yield from growth(kind, found["imports"])
        yield from memory(kind, found["memory"], found["memory at"], bytes_of[found["memory at"]])
        yield from at_rest(kind, found["at rest"])
        yield from writers(kind, found["writers"], found["memory at"])
        yield from load(kind, found["load"], found["memory at"])
        yield from clicks(kind, found["clicks"])
        yield from uploads(kind, found["uploads"], found["results"])
        yield from pages(kind, found["pages"])
        yield from figures(kind, found["figures"])
        yield from error_file(kind, found["error file"])


def as_markdown(lines: Iterable[Line]) -> str:
    """A table, in the order of ORDER."""
    head = ["What", "Database", "Rows", "Product", "Beside it", "Ratio", "Asked for", "Kept"]
    rows = [head, ["---"] * len(head)]
    for line in sorted(lines, key=lambda line: ORDER.index(line.what.split(":")[0])):
        kept = {None: "", True: "yes", False: "**no**"}[line.kept]
        rows.append([line.what, line.kind, f"{line.size:,}", line.product, line.beside, line.ratio, line.asked, kept])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


ORDER = (
    "Import",
    "Rival",
    "Growth",
    "Memory",
    "At rest",
    "Writers",
    "Load",
    "Click",
    "Upload",
    "Page",
    "Figures",
    "Error file",
    "Workbook",
)


def imports(kind: str, sizes: Mapping[int, list[Measured]]) -> Iterator[Line]:
    for size, rounds in sizes.items():
        for situation, label in SITUATIONS.items():
            product, floor = ([timed[who][situation] for timed in rounds] for who in ("product", "floor"))
            ratio = median(ours / limit for ours, limit in zip(product, floor, strict=True))
            at_most = {"first": FIRST_AT_MOST, "same": SAME_AT_MOST}.get(situation) if size == FULL_SIZE else None
            yield Line(
                f"Import: {label}",
                kind,
                size,
                seconds(median(product)),
                f"floor {seconds(median(floor))}",
                times(ratio),
                f"≤ {at_most:g} ×" if at_most else "",
                ratio <= at_most if at_most else None,
            )


def rivals(kind: str, met: Mapping[str, Measured], size: int) -> Iterator[Line]:
    """Rates compared with those of the product just before."""
    for name, by in met.items():
        for situation in ("first", "same"):
            ours, theirs = by["product"][situation], by["rival"][situation]
            ratio = theirs["seconds"] / ours["seconds"]
            is_asked = situation == "first" and size == COMPARED_SIZE
            at_least = RIVAL_AT_LEAST[kind].get(name) if is_asked else None
            yield Line(
                f"Rival: {name}, {SITUATIONS[situation]}",
                kind,
                size,
                rate(ours, size),
                rate(theirs, size),
                times(ratio),
                f"≥ {at_least} ×" if at_least else "",
                ratio >= at_least if at_least else None,
            )


def rate(found: Mapping[str, float], size: int) -> str:
    return f"{size / found['seconds']:,.0f} rows/s, {megabytes(found['bytes'])}"


def growth(kind: str, sizes: Mapping[int, list[Measured]]) -> Iterator[Line]:
    """Time per member at a size beside that at a fifth of it, by the same rounds."""
    for size in (size for size in sizes if size // 5 in sizes):
        for situation in ("first", "same"):
            large, small = (
                [timed["product"][situation] / count * 1e6 for timed in sizes[count]] for count in (size, size // 5)
            )
            ratio = median(more / less for more, less in zip(large, small, strict=True))
            asked = size == FULL_SIZE and situation == "first"
            yield Line(
                f"Growth: time per member, {SITUATIONS[situation]}",
                kind,
                size,
                f"{median(large):.1f} µs",
                f"{median(small):.1f} µs at {size // 5:,}",
                times(ratio),
                f"≤ {GROWTH_AT_MOST} ×" if asked else "",
                ratio <= GROWTH_AT_MOST if asked else None,
            )


def memory(kind: str, peaks: Mapping[str, int], size: int, answer: int) -> Iterator[Line]:
    for situation in ("first", "same"):
        ours = peaks[f"product {situation}"]
        asked = size == FULL_SIZE
        yield Line(
            f"Memory: {SITUATIONS[situation]}, above an idle worker",
            kind,
            size,
            megabytes(ours),
            f"JSON {megabytes(answer)}, floor {megabytes(peaks[f'floor {situation}'])}",
            times(ours / answer),
            f"≤ {MEMORY_AT_MOST:g} × JSON" if asked else "",
            ours / answer <= MEMORY_AT_MOST if asked else None,
        )


def at_rest(kind: str, found: Mapping[str, int]) -> Iterator[Line]:
    """The product with nobody in it, whatever the database."""
    started, opened = (f"{found[when] / MIB:.0f} MiB" for when in ("started", "opened"))
    yield Line(
        "At rest: memory of all processes, each main page opened",
        kind,
        0,
        opened,
        f"just started {started}",
        "",
        f"≤ {AT_REST_AT_MOST // MIB} MiB",
        found["opened"] <= AT_REST_AT_MOST,
    )


def writers(kind: str, found: Measured, size: int) -> Iterator[Line]:
    yield Line(
        f"Writers: longest of {found['clicks']} clicks that write while everybody is imported",
        kind,
        size,
        seconds(found["longest"]),
        f"ordinarily {seconds(found['ordinary'])}",
        "",
        f"≤ {WAIT_AT_MOST[kind]:g} s",
        found["longest"] <= WAIT_AT_MOST[kind],
    )


def load(kind: str, found: Measured, size: int) -> Iterator[Line]:
    """Pages and clicks while one import follows the other, beside the same ones at rest."""
    for name, busy in found["load"].items():
        rest = found["rest"].get(name)
        errors = round(busy["errors"])
        yield Line(
            f"Load: {name}, while {found['people']} people watch {len(found['runs'])} imports",
            kind,
            size,
            f"{waits(busy)} ({busy['times']:,} times{f', {errors} errors' if errors else ''})",
            f"at rest: {waits(rest)}" if rest else "",
            times(busy["p50"] / rest["p50"]) if rest else "",
            "no error",
            errors == 0,
        )


def waits(found: Measured) -> str:
    percentiles = ", ".join(f"{name} {milliseconds(found[name])}" for name in ("p50", "p95", "p99"))
    return f"{percentiles}, longest {milliseconds(found['longest'])}"


def uploads(kind: str, found: Mapping[str, Measured], people: int) -> Iterator[Line]:
    new = {"first": people, "changed": ceil(people / 100), "same": 0}
    labels = {"first": "all new", "changed": "1 % new", "same": "nothing new"}
    for situation, label in labels.items():
        calls = round(found[situation]["calls"])
        due = 2 * ceil(new[situation] / CHUNK)
        yield Line(
            f"Upload: planning and update calls, {label}",
            kind,
            people,
            f"{seconds(found[situation]['seconds'])}, {calls} calls, {megabytes(found[situation]['bytes'])}",
            "",
            "",
            f"≤ {seconds(PLANNED_AT_MOST)}, {due} calls" if people == COMPARED_SIZE else f"{due} calls",
            calls == due and (people != COMPARED_SIZE or found[situation]["seconds"] <= PLANNED_AT_MOST),
        )


def pages(kind: str, found: Mapping[int, Measured]) -> Iterator[Line]:
    """Processor time: ours, and on PostgreSQL that of the server, too."""
    (few, small), (many, large) = sorted(found.items())
    bare = large["bare"]["seconds"]
    for name, page in large.items():
        before, at_most = small[name], PAGE_AT_MOST.get(name, LIST_AT_MOST)
        is_deep = name == "deep page"
        deep = page["seconds"] / large["first page"]["seconds"]
        asked = [
            "same statements",
            *([f"≤ {at_most * 1000:g} ms"] if at_most else []),
            *([f"≤ {DEEP_AT_MOST:g} × first page"] if is_deep else []),
        ]
        yield Line(
            f"Page: {name}",
            kind,
            many,
            f"{milliseconds(page['seconds'])}, {page['statements']} statements, {megabytes(page['bytes'])};"
            f" {milliseconds(page['anew'])} where problems have changed",
            f"at {few:,}: {milliseconds(before['seconds'])}, {before['statements']}, "
            f"{megabytes(before['bytes'])}; bare view {milliseconds(bare)}",
            times(deep) if is_deep else "",
            ", ".join(asked),
            page["statements"] == before["statements"]
            and (at_most is None or page["seconds"] <= at_most)
            and (deep <= DEEP_AT_MOST or not is_deep),
        )


def figures(kind: str, found: Mapping[int, Measured]) -> Iterator[Line]:
    (few, small), (many, large) = sorted(found.items())
    for name, page in large.items():
        before = small[name]
        is_asked = name not in FIGURES_ON_THEIR_OWN
        yield Line(
            f"Figures: {name}",
            kind,
            many,
            f"{milliseconds(page['seconds'])}, {page['statements']} statements;"
            f" {milliseconds(page['anew'])} where people or results have changed",
            f"at {few:,}: {milliseconds(before['seconds'])}, {before['statements']}",
            "",
            f"same statements, ≤ {FIGURES_AT_MOST * 1000:g} ms" if is_asked else "same statements",
            page["statements"] == before["statements"] and (page["seconds"] <= FIGURES_AT_MOST or not is_asked),
        )


def error_file(kind: str, file: Measured) -> Iterator[Line]:
    yield Line(
        f"Error file: {file['statements']} statements",
        kind,
        round(file["lines"]) - 1,
        f"first byte {milliseconds(file['first byte'])}, total {seconds(file['seconds'])}, {megabytes(file['bytes'])}",
        f"the file has {megabytes(file['size'])}",
        times(file["bytes"] / file["size"]),
        f"streams: memory ≤ {FILE_AT_MOST:g} × file, first byte in the first half",
        file["bytes"] <= FILE_AT_MOST * file["size"] and file["first byte"] < file["seconds"] / 2,
    )


def workbooks(kind: str, found: Measured) -> Iterator[Line]:
    """Reading and writing ask no database."""
    for name, beside, at_most in (("read", "calamine", READ_AT_MOST), ("write", "write texts", WRITTEN_AT_MOST)):
        if beside not in found["seconds"]:
            continue
        ours, theirs = found["seconds"][name], found["seconds"][beside]
        ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
        size, limit = (
            (f", {megabytes(found['bytes'])}", f", ≤ {megabytes(READ_IN_AT_MOST)}") if name == "read" else ("", "")
        )
        yield Line(
            f"Workbook: {name}, 15 columns",
            kind,
            found["rows"],
            f"{seconds(median(ours))}{size}",
            f"{beside} {seconds(median(theirs))}",
            times(ratio),
            f"≤ {at_most:g} ×{limit}",
            ratio <= at_most and (name != "read" or found["bytes"] <= READ_IN_AT_MOST),
        )


def clicks(kind: str, sizes: Mapping[int, Measured]) -> Iterator[Line]:
    """From the click to 成功, without カオナビ's own answering time, and what it went to."""
    for size, situations in sizes.items():
        for situation, found in situations.items():
            taken, at_most = found["total"] - found["kaonavi"], CLICK_AT_MOST.get(size)
            parts = ", ".join(
                f"{name} {found[name]:.2f}" for name in ("answer", "claim", "fetch", "plan", "write", "seen")
            )
            yield Line(
                f"Click: to 成功, {CLICKS[situation]}",
                kind,
                size,
                seconds(taken),
                f"カオナビ {seconds(found['kaonavi'])}; {parts}; processor {found['processor']:.2f}",
                "",
                f"≤ {at_most:g} s" if at_most else "",
                taken <= at_most if at_most else None,
            )
        sign = situations["same"]["sign"]
        yield Line(
            "Click: first sign", kind, size, seconds(sign), "", "", f"≤ {SIGN_AT_MOST:g} s", sign <= SIGN_AT_MOST
        )


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def milliseconds(value: float) -> str:
    return f"{value * 1000:.1f} ms"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.0f} MB"


def times(value: float) -> str:
    return f"{value:.2f} ×"
