"""The rules of docs/monitoring: each alert is tried by making its fault. What /metrics then says is given to
Prometheus's own `promtool`, which says which alerts fire.
"""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.db import InterfaceError, connections
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from integrations.jobs import signs, workers
from integrations.models import KaonaviConnection, RemoteCall, WorkerHeartbeat
from integrations.operations import checks, metrics
from integrations.operations.health import PARTS
from mikiwame_kaonavi.launcher import ROOT
from tests.factories.rows import make_job

pytestmark = pytest.mark.django_db

FOLDER = ROOT / "docs" / "monitoring"
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
EXPRESSIONS: list[str] = [target["expr"] for panel in PANELS for target in panel["targets"]]

STEP = 15  # seconds between two readings, as in prometheus.yml
WELL = 20  # readings of a product that is well, before the fault
TARGET = {"job": "mikiwame", "instance": "web:8000"}
AWAY = object()  # a target that does not answer
GONE = object()  # one that is not in prometheus.yml any more

Reading = Any  # what the target said: the text of /metrics, AWAY or GONE
Fault = Callable[[pytest.MonkeyPatch], Reading]


def no_answer(_: pytest.MonkeyPatch) -> Reading:
    return AWAY


def nobody_asks(_: pytest.MonkeyPatch) -> Reading:
    return GONE


def another_program(_: pytest.MonkeyPatch) -> Reading:
    return "# TYPE go_info gauge\ngo_info 1\n"


def no_worker(_: pytest.MonkeyPatch) -> None:
    WorkerHeartbeat.objects.all().delete()


def beat_is_dead(_: pytest.MonkeyPatch) -> None:
    signs.SignOfLife.objects.filter(name=signs.BEAT).update(seen_at=timezone.now() - timedelta(minutes=20))


def queue_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(checks.current_app, "connection", refuse)


def database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(connections["default"], "cursor", away)
    monkeypatch.setattr(connections["default"], "is_usable", lambda: False)


def disk_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "disks", lambda: iter([disk(free=9)]))


def old_worker(_: pytest.MonkeyPatch) -> None:
    WorkerHeartbeat.objects.create(name="host:9", version="another", seen_at=timezone.now())


def run_is_silent(_: pytest.MonkeyPatch) -> None:
    make_job("running", worker="host:1", heartbeat_at=timezone.now() - timedelta(minutes=5))


def run_waits(_: pytest.MonkeyPatch) -> None:
    make_job("queued", created_at=timezone.now() - timedelta(minutes=20))


def run_is_held(_: pytest.MonkeyPatch) -> None:
    make_job("held", created_at=timezone.now() - timedelta(days=4))


def run_fails(_: pytest.MonkeyPatch) -> None:
    make_job("failed")


def nothing_succeeds(_: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    make_job("partial", finished_at=long_ago)
    make_job("succeeded", undone_at=timezone.now())


def keys_are_refused(_: pytest.MonkeyPatch) -> None:
    KaonaviConnection.objects.create(consumer_key="K", consumer_secret="S", state="broken")


def kaonavi_is_unwell(_: pytest.MonkeyPatch) -> None:
    for _number in range(12):
        RemoteCall.objects.create(reserved_at=timezone.now(), is_update=False, outcome="503")


FAULTS: Mapping[str, tuple[Fault, set[str]]] = {  # alert → its fault, and what else fires with it
    "MikiwameDown": (no_answer, set()),
    "MikiwameNotWatched": (nobody_asks, set()),
    "MikiwameNoNumbers": (another_program, set()),
    "MikiwameCannotWork": (no_worker, set()),
    "MikiwameNeedsCare": (beat_is_dead, set()),
    "MikiwameNumbersMissing": (queue_is_away, {"MikiwameCannotWork"}),
    "MikiwameDiskFilling": (disk_fills, set()),
    "MikiwameOldWorker": (old_worker, set()),
    "MikiwameJobSilent": (run_is_silent, set()),
    "MikiwameJobWaiting": (run_waits, set()),
    "MikiwameJobHeld": (run_is_held, set()),
    "MikiwameJobFailed": (run_fails, set()),
    "MikiwameNoSuccess": (nothing_succeeds, set()),
    "MikiwameConnectionBroken": (keys_are_refused, set()),
    "MikiwameKaonaviUnwell": (kaonavi_is_unwell, set()),
}


def disk(*, free: int) -> SimpleNamespace:
    """A disk of 100 GB."""
    return SimpleNamespace(free=free * 10**9, total=100 * 10**9)


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> str:
    """What /metrics says of a product that is well: one that has called カオナビ in vain once."""
    monkeypatch.setattr(checks, "disks", lambda: iter([disk(free=50)]))
    workers.announce("host:1")
    signs.leave(signs.BEAT)
    RemoteCall.objects.create(reserved_at=timezone.now(), is_update=False, outcome="503")
    return metrics.text().decode()


def samples(reading: Reading) -> dict[str, float]:
    """Each series with its value, as Prometheus stores them: with the labels of the target, and `up`."""
    if reading is GONE:
        return {}
    found = {series("up", {}): 0.0 if reading is AWAY else 1.0}
    for family in text_string_to_metric_families("" if reading is AWAY else reading):
        found |= {series(sample.name, sample.labels): sample.value for sample in family.samples}
    return found


def series(name: str, labels: Mapping[str, str]) -> str:
    inside = ", ".join(f"{label}={json.dumps(value)}" for label, value in {**labels, **TARGET}.items())
    return f"{name}{{{inside}}}"


def firing(folder: Path, readings: list[tuple[Reading, int]], expected: set[str]) -> subprocess.CompletedProcess[str]:
    """Whether exactly these alerts fire at the end of the readings, each of which came so many times."""
    told = [(samples(reading), times) for reading, times in readings]
    names = sorted(set().union(*(found for found, _ in told)))
    values = {name: " ".join(" ".join([value(found, name)] * times) for found, times in told) for name in names}
    test = {
        "interval": f"{STEP}s",
        "input_series": [{"series": name, "values": text} for name, text in values.items()],
        "promql_expr_test": [
            {
                "expr": 'max by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{STEP * (sum(times for _, times in readings) - 1)}s",
                "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(expected)],
            }
        ],
    }
    file = folder / "test.yml"
    content = {"rule_files": [str(FOLDER / "alerts.yml")], "evaluation_interval": f"{STEP}s", "tests": [test]}
    file.write_text(yaml.safe_dump(content, allow_unicode=True))
    return promtool("test", "rules", str(file))


def value(found: Mapping[str, float], name: str) -> str:
    return f"{found[name]:.15g}" if name in found else "stale"


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/usr/bin/env", "promtool", *arguments], capture_output=True, text=True, check=False)


def readings_during(alert: str) -> int:
    """So many that the alert has been due for a minute."""
    minutes = int(str(RULES[alert].get("for", "0m")).removesuffix("m"))
    return (minutes + 1) * 60 // STEP


@pytest.mark.long
def test_no_alert_fires_while_all_is_well(well: str, tmp_path: Path):
    done = firing(tmp_path, [(well, 240)], set())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("alert", FAULTS)
def test_an_alert_fires_in_its_fault(alert: str, well: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fault, others = FAULTS[alert]
    reading = fault(monkeypatch) or metrics.text().decode()
    monkeypatch.undo()
    done = firing(tmp_path, [(well, WELL), (reading, readings_during(alert))], {alert} | others)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_a_database_that_is_away_is_told_although_most_numbers_are_missing(well, tmp_path, monkeypatch):
    database_is_away(monkeypatch)
    reading = metrics.text().decode()
    monkeypatch.undo()
    expected = {"MikiwameCannotWork", "MikiwameNumbersMissing", "MikiwameNeedsCare"}
    done = firing(tmp_path, [(well, WELL), (reading, 11 * 60 // STEP)], expected)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_prometheus_takes_the_example_and_each_expression_of_the_dashboard(tmp_path):
    token = tmp_path / "mikiwame_token"
    token.touch()
    text = (FOLDER / "prometheus.yml").read_text().replace("/etc/prometheus/mikiwame_token", str(token))
    (tmp_path / "prometheus.yml").write_text(text)
    (tmp_path / "alerts.yml").write_text((FOLDER / "alerts.yml").read_text())
    done = promtool("check", "config", str(tmp_path / "prometheus.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(EXPRESSIONS)]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", str(tmp_path / "panels.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_fault_by_which_it_is_tried():
    assert set(FAULTS) == set(RULES)


def test_the_parts_without_which_no_work_is_done_are_those_of_readyz():
    [asked] = re.findall(r'part=~"([^"]+)"', RULES["MikiwameCannotWork"]["expr"])
    assert f'part!~"{asked}"' in RULES["MikiwameNeedsCare"]["expr"]
    assert set(asked.split("|")) == {name for name, part in PARTS.items() if part.is_essential}


def test_each_alert_says_what_it_is_and_what_to_do():
    for rule in RULES.values():
        assert set(rule["annotations"]) == {"summary", "description"}
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"]["description"].endswith("。")


def test_rules_and_dashboard_ask_for_nothing_that_is_not_told(well: str):
    told = {sample.name for family in text_string_to_metric_families(well) for sample in family.samples}
    job = make_job("running", worker="host:1", heartbeat_at=timezone.now())
    make_job("succeeded", pk=job.pk + 1)
    text = metrics.text().decode()
    told |= {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    told |= set(re.findall(r"^# TYPE (\w+)", text, flags=re.MULTILINE))
    asked = set(re.findall(r"mikiwame_\w+", "\n".join([*EXPRESSIONS, *(rule["expr"] for rule in RULES.values())])))
    assert asked - told == set()


def test_the_dashboard_shows_each_metric_once_and_no_panel_covers_another(well: str):
    types = set(re.findall(r"^# TYPE (mikiwame_\w+)", well, flags=re.MULTILINE))
    shown = "\n".join(EXPRESSIONS)
    assert {name for name in types if name not in shown} == set()
    places = [panel["gridPos"] for panel in PANELS]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
