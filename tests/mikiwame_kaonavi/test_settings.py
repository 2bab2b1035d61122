"""The settings: sensible with nothing set, strict in production."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mikiwame_kaonavi import settings
from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import product_environment

PRODUCTION = product_environment(
    DJANGO_DEBUG="false",
    DJANGO_ALLOWED_HOSTS="mikiwame.example.co.jp",
    SITE_URL="https://mikiwame.example.co.jp/",
    DATABASE_URL="sqlite://:memory:",
    CELERY_BROKER_URL="redis://broker.example/0",
)


def read_settings(environment: dict[str, str], show: str = "") -> subprocess.CompletedProcess[str]:
    program = f"from mikiwame_kaonavi import settings; print(settings.{show or '__name__'})"
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("variable", ["DJANGO_SECRET_KEY", "CREDENTIAL_KEYS", "DJANGO_ALLOWED_HOSTS", "SITE_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_production_refuses_to_start_without_a_variable_and_names_it(variable, value):
    environment = {name: text for name, text in PRODUCTION.items() if name != variable}
    if value is not None:
        environment[variable] = value
    read = read_settings(environment)
    assert read.returncode != 0
    assert f"環境変数 {variable} を設定してください" in read.stderr


def test_production_starts_with_all_of_them():
    read = read_settings(PRODUCTION, "SECURE_SSL_REDIRECT")
    assert (read.returncode, read.stdout.strip()) == (0, "True"), read.stderr


def test_a_malformed_key_is_refused_by_its_place_and_not_quoted():
    read = read_settings(PRODUCTION | {"CREDENTIAL_KEYS": f"{PRODUCTION['CREDENTIAL_KEYS']},half-a-key"})
    assert read.returncode != 0
    assert "環境変数 CREDENTIAL_KEYS の2番目の値" in read.stderr
    assert "half-a-key" not in read.stderr
    assert PRODUCTION["CREDENTIAL_KEYS"] not in read.stderr


def test_a_secret_can_be_read_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    environment = PRODUCTION | {"DJANGO_SECRET_KEY_FILE": str(secret)}
    del environment["DJANGO_SECRET_KEY"]
    assert read_settings(environment, "SECRET_KEY").stdout.strip() == "from a file"


def test_the_embedded_default_makes_a_secret_once_and_for_itself_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    numbers = iter(range(100))
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda _: settings.kept_secret("key", lambda: f"secret {next(numbers)}"), range(16)))
    assert len(kept) == 1
    assert stat.S_IMODE((tmp_path / "data" / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["key"]


def test_only_this_machine_is_served_by_default():
    environment = {name: text for name, text in PRODUCTION.items() if name != "DJANGO_ALLOWED_HOSTS"}
    hosts = read_settings(environment | {"DJANGO_DEBUG": "true"}, "ALLOWED_HOSTS").stdout
    assert hosts.strip() == "['localhost', '127.0.0.1', '[::1]']"
