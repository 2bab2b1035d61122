"""What holds for the whole tree: who may import whom, sizes, variables, locks."""

import re
import subprocess
import sys
import tomllib
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    "accounts",
    "assessments",
    "departments",
    "employees",
    "integrations",
    "mikiwame_kaonavi",
    "templates",
    "tests",
]
LOCKS = {kind: ROOT / f"script/locks/{kind}.txt" for kind in ("runtime", "embedded", "dev")}
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, IMPORTS = SETTINGS["project"], SETTINGS["tool"]["importlinter"]
SHIPPED = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["notify"]
DEPENDENCIES = {
    "runtime": SHIPPED,
    "embedded": SHIPPED + PROJECT["optional-dependencies"]["embedded"],
    "dev": [
        *SHIPPED,
        *PROJECT["optional-dependencies"]["embedded"],
        *PROJECT["optional-dependencies"]["dev"],
    ],
}


def sources(*suffixes: str) -> list[Path]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in suffixes]
    return [path for path in files if not re.match(r"0\d{3}_", path.name)]  # migrations are written by Django


def locked(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), flags=re.MULTILINE))


def test_no_line_of_code_is_wider_than_120_characters():
    """A Japanese sentence stays in one piece, and so does a line that says why a check does not hold for it."""
    japanese, reason = re.compile("[぀-ヿ一-鿿＀-￯、。「」]"), re.compile("# (?:noqa|type:|fmt:)")
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*sources(".py"), *(ROOT / "script").rglob("*")]
        if path.is_file() and path.suffix in {"", ".py"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120 and not japanese.search(line) and not reason.search(line)
    ]
    assert wide == []


def test_nobody_imports_whom_they_may_not():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def rooms_in_readme(table: int) -> list[str]:
    """The first column of one of README's tables of rooms."""
    tables = (ROOT / "README.md").read_text().partition("## Rooms")[2].split("| room |")[1:]
    return [name.rstrip("/") for name in re.findall(r"^\| `([\w.]+/?)` \|", tables[table], flags=re.MULTILINE)]


def rooms_on_disk(folder: Path) -> set[str]:
    """Folders with something of ours in them, and loose modules."""
    suffixes = {".py", ".html", ".md", ".txt"}
    shown = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    folders = [path for path in shown if path.is_dir() and any(each.suffix in suffixes for each in path.rglob("*"))]
    return {path.name for path in (*folders, *(path for path in shown if path.suffix == ".py"))}


def test_readme_s_map_has_every_room_and_no_other():
    assert {*rooms_in_readme(0), "manage.py"} == rooms_on_disk(ROOT)
    assert set(rooms_in_readme(1)) == rooms_on_disk(ROOT / "integrations")


def test_readme_s_map_has_the_rooms_of_integrations_in_the_order_of_the_layers():
    (inside,) = [each for each in IMPORTS["contracts"] if each.get("containers") == ["integrations"]]
    layers = [[room.strip(" ()") for room in layer.split("|")] for layer in inside["layers"]]
    told = [name.removesuffix(".py") for name in rooms_in_readme(1)]
    assert [sorted(told[start:end]) for start, end in pairwise(accumulate(map(len, layers), initial=0))] == [
        sorted(layer) for layer in layers
    ]


def test_no_file_is_too_long_to_be_read_at_a_sitting():
    files = sources(".py", ".html", ".css", ".js")
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_variable_that_the_settings_read_is_explained_and_no_other():
    settings = (ROOT / "mikiwame_kaonavi/settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|required)\(\s*"([A-Z][A-Z_]+)"', settings))
    explained = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert read == explained


@pytest.mark.parametrize("kind", LOCKS)
def test_each_dependency_is_locked_at_a_version_that_it_allows(kind):
    pins = locked(LOCKS[kind])
    wrong = [
        text
        for text in DEPENDENCIES[kind]
        for wanted in [Requirement(text)]
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["runtime", "embedded"])
def test_tests_run_with_the_versions_that_are_shipped(kind):
    dev = locked(LOCKS["dev"])
    assert {name: pin for name, pin in locked(LOCKS[kind]).items() if dev.get(name) != pin} == {}


def test_a_production_has_nothing_that_only_simulator_and_embedded_broker_need():
    theirs = {canonicalize_name(Requirement(text).name) for text in PROJECT["optional-dependencies"]["embedded"]}
    assert not (theirs | {"markupsafe", "valkey"}) & set(locked(LOCKS["runtime"]))


@pytest.mark.parametrize("kind", LOCKS)
def test_each_locked_package_is_known_by_its_hash_and_not_by_an_address(kind):
    text = LOCKS[kind].read_text()
    assert "://" not in text
    assert "index-url" not in text
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_nothing_is_put_off():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|pytest\.skip|mark\.(skip|xfail)|NotImplementedError")
    this = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in sources(".py", ".html")
        if path != this
        for line in path.read_text().splitlines()
        if marks.search(line)
    ]
    assert found == []


def test_every_silenced_warning_gives_its_reason():
    silenced = re.compile(r"#\s*(noqa|type: ignore)(?P<rest>.*)")
    bare = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources(".py")
        if path != Path(__file__)
        for line in path.read_text().splitlines()
        if (match := silenced.search(line)) and not re.search(r"[-#] \w", match["rest"])
    ]
    assert bare == []
