"""`manage.py` and script/* for somebody who calls them as people do: with another Python, from elsewhere, by a link."""

import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
from django.db import OperationalError

import manage
from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import PASSED_ON, product_environment

SCRIPTS = sorted(path for path in (ROOT / "script").iterdir() if path.is_file() and not path.name.startswith("_"))


def test_another_python_is_told_which_one_to_take():
    """Without the packages of the environment, as the machine's own Python is."""
    done = subprocess.run(
        [sys.executable, "-S", "manage.py", "kaonavi", "check"],
        cwd=ROOT,
        env={name: text for name, text in product_environment().items() if name in PASSED_ON},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    lacks, remedy = done.stderr.splitlines()
    assert "必要なパッケージ" in lacks
    assert remedy == f"次のように入力してください: {ROOT}/.venv/bin/python manage.py kaonavi check"


@pytest.mark.parametrize("folder", ["none", "its own"])
def test_where_there_is_no_environment_or_one_that_lacks_a_package_the_script_that_makes_it_is_named(
    folder, tmp_path, monkeypatch
):
    root = tmp_path / "社員 連携"
    monkeypatch.setattr(manage, "ROOT", root)
    if folder == "its own":
        python = root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
        monkeypatch.setattr("sys.prefix", str(root / ".venv"))
    assert f"'{root}/script/serve' --version" in manage.what_to_type("dotenv")


def test_a_module_of_ours_that_is_missing_is_a_mistake_and_shown_as_one(monkeypatch):
    def stumble() -> None:
        raise ModuleNotFoundError("No module named 'employees.nobody'", name="employees.nobody")

    monkeypatch.setattr(manage, "run", stumble)
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(ModuleNotFoundError):
        manage.main()


def test_a_database_that_refuses_a_command_is_told_with_what_to_do(monkeypatch):
    refused = OperationalError("for 10.1.2.3")
    refused.__cause__ = psycopg.errors.TooManyConnections('for user "hanako"')
    monkeypatch.setattr("django.core.management.execute_from_command_line", Mock(side_effect=refused))
    monkeypatch.setattr(sys, "argv", ["manage.py", "kaonavi", "jobs"])
    with pytest.raises(SystemExit) as end:
        manage.run()
    assert str(end.value).startswith("データベースへの接続の数が上限に達しています。")
    assert str(end.value).endswith("（OperationalError, 53300, TOO_MANY_CONNECTIONS）")
    sys.argv.append("--traceback")
    with pytest.raises(OperationalError):
        manage.run()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_found_by_a_link_and_from_elsewhere(script, tmp_path):
    """Each begins with the same line; whatever follows it is not run here."""
    copy = tmp_path / "社員 #1" / "script"
    copy.mkdir(parents=True)
    for shared in (ROOT / "script").glob("_*"):
        ending = 'echo "$PWD|$CALLED_FROM"; exit\n' if shared.name == "_environment" else ""
        if shared.is_file():
            (copy / shared.name).write_text(shared.read_text() + ending)
    (copy / script.name).write_text(script.read_text())
    link = tmp_path / "elsewhere" / "by a link"
    link.parent.mkdir()
    link.symlink_to(copy / script.name)
    done = subprocess.run(["/bin/bash", str(link)], cwd="/", capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{copy.parent}|/\n", "")


def test_a_file_is_written_where_its_name_was_typed(tmp_path, monkeypatch):
    from mikiwame_kaonavi import sbom

    monkeypatch.setenv("CALLED_FROM", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["sbom", "sbom.cdx.json"])
    sbom.main()
    assert Path(tmp_path, "sbom.cdx.json").stat().st_size > 1000
