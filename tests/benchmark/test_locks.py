"""What is measured is what is tested and shipped."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from script.benchmark.databases import ROOT

LOCKS = ROOT / "script" / "locks"
EXTRA = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["bench"]


def pins(name):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (LOCKS / name).read_text(), flags=re.MULTILINE))


def test_the_bench_has_every_package_of_the_tests_at_the_same_version():
    bench = pins("bench.txt")
    assert {name: pin for name, pin in pins("dev.txt").items() if bench.get(name) != pin} == {}


def test_its_own_packages_are_locked_at_a_version_that_they_allow_and_stay_out_of_the_tests():
    bench, dev = pins("bench.txt"), pins("dev.txt")
    for wanted in map(Requirement, EXTRA):
        name = canonicalize_name(wanted.name)
        assert wanted.specifier.contains(bench[name])
        assert name not in dev


def test_each_package_is_known_by_its_hash_and_not_by_an_address():
    text = (LOCKS / "bench.txt").read_text()
    assert "://" not in text
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
