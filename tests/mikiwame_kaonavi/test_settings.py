"""The settings: sensible with nothing set, strict in production."""

import os
import runpy
import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import environ
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import RequestFactory, override_settings

from accounts.error_reports import PlacesOnly
from mikiwame_kaonavi import settings
from tests.processes.deployment import product_environment

PRODUCTION = product_environment(
    DJANGO_DEBUG="false",
    DJANGO_ALLOWED_HOSTS="mikiwame.example.co.jp",
    SITE_URL="https://mikiwame.example.co.jp/",
    DATABASE_URL="sqlite://:memory:",
    CELERY_BROKER_URL="redis://broker.example/0",
)

EMBEDDED = product_environment(DATABASE_URL="sqlite://:memory:", CELERY_BROKER_URL="redis://broker.example/0")
del EMBEDDED["DJANGO_DEBUG"]


def read_settings(environment: dict[str, str]) -> dict[str, Any]:
    """The settings of a program that has just been started in that environment and no other."""
    environ.FileAwareEnv.ENVIRON.files_cache.clear()  # what a program before this one read of a file
    with mock.patch.dict(os.environ, environment, clear=True):
        return runpy.run_path(settings.__file__)


@pytest.mark.parametrize("variable", ["DJANGO_SECRET_KEY", "CREDENTIAL_KEYS", "DJANGO_ALLOWED_HOSTS", "SITE_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_production_refuses_to_start_without_a_variable_and_names_it(variable, value):
    environment = {name: text for name, text in PRODUCTION.items() if name != variable}
    if value is not None:
        environment[variable] = value
    with pytest.raises(ImproperlyConfigured, match=f"環境変数 {variable} を設定してください"):
        read_settings(environment)


def test_with_nothing_set_it_is_production_on_this_machine():
    found = read_settings(EMBEDDED)
    assert (found["DEBUG"], found["IS_EMBEDDED"], found["SITE_URL"]) == (False, True, "http://localhost:8000")
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["DO_HOSTS_FOLLOW_SITE"]
    assert "accounts.site_middleware.SiteMiddleware" in found["MIDDLEWARE"]


def test_a_blank_switch_is_no_switch_and_a_false_one_has_no_defaults():
    assert read_settings(EMBEDDED | {"DJANGO_DEBUG": ""})["IS_EMBEDDED"]
    with pytest.raises(ImproperlyConfigured, match=r"DJANGO_SECRET_KEY を設定.*DJANGO_DEBUG を設定せずに script/serve"):
        read_settings({name: text for name, text in EMBEDDED.items() if "KEY" not in name} | {"DJANGO_DEBUG": "false"})


def test_the_default_address_has_the_port_of_the_launcher():
    assert read_settings(EMBEDDED | {"PORT": "9000"})["SITE_URL"] == "http://localhost:9000"
    assert read_settings(EMBEDDED | {"PORT": "tcp://10.0.0.1:80"})["SITE_URL"] == "http://localhost:8000"


def test_on_one_machine_an_address_may_be_given_alone_and_in_clear_text():
    found = read_settings(EMBEDDED | {"SITE_URL": "http://mikiwame.internal:8000"})
    assert (found["SITE_URL"], found["IS_SITE_URL_GIVEN"]) == ("http://mikiwame.internal:8000", True)
    assert "SESSION_COOKIE_SECURE" not in found  # the middleware's to say
    with pytest.raises(ImproperlyConfigured, match="DJANGO_ALLOWED_HOSTS にありません"):
        read_settings(EMBEDDED | {"SITE_URL": "http://mikiwame.internal", "DJANGO_ALLOWED_HOSTS": "other.internal"})


def test_production_starts_with_all_of_them():
    assert read_settings(PRODUCTION)["SECURE_SSL_REDIRECT"] is True


def test_a_malformed_key_is_refused_by_its_place_and_not_quoted():
    environment = PRODUCTION | {"CREDENTIAL_KEYS": f"{PRODUCTION['CREDENTIAL_KEYS']},half-a-key"}
    with pytest.raises(ImproperlyConfigured, match="環境変数 CREDENTIAL_KEYS の2番目の値") as refusal:
        read_settings(environment)
    told = "".join(traceback.format_exception(refusal.value))
    assert "half-a-key" not in told
    assert PRODUCTION["CREDENTIAL_KEYS"] not in told


def test_a_secret_can_be_read_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    key = f"from a file, and long enough: {'0123456789' * 3}"
    secret.write_text(f"{key}\n")
    environment = PRODUCTION | {"DJANGO_SECRET_KEY_FILE": str(secret)}
    del environment["DJANGO_SECRET_KEY"]
    assert read_settings(environment)["SECRET_KEY"].strip() == key


def test_a_proxy_with_its_password_can_be_read_from_a_file(tmp_path):
    (tmp_path / "proxy").write_text("http://hanako:secret@proxy.example:8080\n")
    environment = PRODUCTION | {"HTTPS_PROXY_FILE": str(tmp_path / "proxy"), "NO_PROXY": "127.0.0.1"}
    environ.FileAwareEnv.ENVIRON.files_cache.clear()
    with mock.patch.dict(os.environ, environment, clear=True):
        runpy.run_path(settings.__file__)
        assert requests.utils.getproxies()["https"] == "http://hanako:secret@proxy.example:8080"
        assert "REQUESTS_CA_BUNDLE" not in os.environ


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
    hosts = read_settings(environment | {"DJANGO_DEBUG": "true"})["ALLOWED_HOSTS"]
    assert hosts == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    "value",
    [
        "mikiwame.example.co.jp",
        "//mikiwame.example.co.jp",
        "ftp://mikiwame.example.co.jp",
        "https:/mikiwame.example.co.jp",
        "https://",
        "https://:8000",
        "https://mikiwame.example.co.jp:port",
        "https://[::1",
        '"https://mikiwame.example.co.jp"',
        "'https://mikiwame.example.co.jp'",
        "https://mikiwame.example.co.jp ",
        "https://mikiwame example.co.jp",
        "https://mikiwame.example.co.jp　",
        "https://taro@mikiwame.example.co.jp",
        "https://mikiwame.example.co.jp/?page=1",
        "https://mikiwame.example.co.jp/#top",
        "https://ｍikiwame.example.co.jp",
        "https://mikiwame,example.co.jp",
    ],
)
@pytest.mark.parametrize("debug", ["true", "false"])
def test_a_site_address_that_leads_nowhere_is_refused_by_name(value: str, debug: str):
    with pytest.raises(ImproperlyConfigured, match="環境変数 SITE_URL"):
        read_settings(PRODUCTION | {"SITE_URL": value, "DJANGO_DEBUG": debug})


def test_a_mistyped_site_address_is_refused_since_nothing_answers_there():
    with pytest.raises(ImproperlyConfigured, match=r"SITE_URL.*DJANGO_ALLOWED_HOSTS"):
        read_settings(PRODUCTION | {"SITE_URL": "https://mikiwame.exampel.co.jp"})


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("https://mikiwame.example.co.jp:8443/", "mikiwame.example.co.jp"),
        ("https://MIKIWAME.example.co.jp", ".example.co.jp"),
        ("https://xn--wgv71a119e.example", "xn--wgv71a119e.example"),
        ("https://192.0.2.7:8000", "192.0.2.7"),
        ("https://[2001:db8::7]", "[2001:db8::7]"),
    ],
)
def test_a_site_address_that_is_served_is_taken(value: str, hosts: str):
    settings_read = read_settings(PRODUCTION | {"SITE_URL": value, "DJANGO_ALLOWED_HOSTS": hosts})
    assert settings_read["SITE_URL"] == value.rstrip("/")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DJANGO_SECRET_KEY", "short"),
        ("DJANGO_SECRET_KEY", "a" * 64),
        ("DJANGO_ALLOWED_HOSTS", "*"),
        ("DJANGO_ALLOWED_HOSTS", "mikiwame.example.co.jp, *"),
        ("SITE_URL", "http://mikiwame.example.co.jp"),
        ("KAONAVI_API_URL", "http://api.kaonavi.example/api/v2.0"),
        ("KAONAVI_API_URL", "api.kaonavi.example"),
    ],
)
def test_production_refuses_what_is_unsafe_by_its_name_and_quotes_no_secret(variable: str, value: str):
    with pytest.raises(ImproperlyConfigured, match=f"環境変数 {variable}") as refusal:
        read_settings(PRODUCTION | {variable: value})
    assert variable != "DJANGO_SECRET_KEY" or value not in str(refusal.value)


def test_a_developer_s_machine_may_do_without():
    values = {"DJANGO_SECRET_KEY": "short", "DJANGO_ALLOWED_HOSTS": "*", "SITE_URL": "http://mikiwame.example.co.jp"}
    assert read_settings(PRODUCTION | values | {"DJANGO_DEBUG": "true"})["DEBUG"] is True


@pytest.mark.parametrize("variable", ["SITE_URL", "KAONAVI_API_URL"])
def test_production_of_this_machine_alone_may_speak_in_clear_text(variable: str):
    environment = PRODUCTION | {"DJANGO_ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost"}
    assert read_settings(environment | {variable: "http://localhost:8000"})[variable] == "http://localhost:8000"


def test_a_debug_page_shows_no_address_that_holds_a_password():
    environment = {"CELERY_BROKER_URL": "redis://:canary@broker/0", "DATABASE_URL": "postgres://a:canary@b/c"}
    shown = PlacesOnly()
    with override_settings(**environment, EMAIL_URL="smtp://a:canary@b"):
        told = shown.get_safe_settings()
    request = RequestFactory().get("/", **environment, CELERY_BROKER_URL_FILE="canary", HTTPS_PROXY="http://a:canary@b")
    assert "canary" not in f"{told}{shown.get_safe_request_meta(request)}"


def test_debug_does_not_listen_beyond_this_machine(settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="このマシン以外"):
        call_command("runserver", "0.0.0.0:0", "--noreload")


PROVIDER = {"OIDC_ISSUER": "https://login.example/tenant/v2.0", "OIDC_CLIENT_ID": "us", "OIDC_CLIENT_SECRET": "canary"}


def test_log_in_at_a_provider_is_off_by_default_and_on_with_three_variables(tmp_path):
    names = list(PROVIDER)
    assert [read_settings(PRODUCTION)[name] for name in names] == ["", "", ""]
    assert [read_settings(PRODUCTION | PROVIDER)[name] for name in names] == list(PROVIDER.values())
    (tmp_path / "secret").write_text("from a file\n")
    others = {name: value for name, value in PROVIDER.items() if name != "OIDC_CLIENT_SECRET"}
    found = read_settings(PRODUCTION | others | {"OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")})
    assert found["OIDC_CLIENT_SECRET"] == "from a file"


@pytest.mark.parametrize("missing", PROVIDER)
@pytest.mark.parametrize("debug", ["true", "false"])
def test_half_a_provider_is_refused_by_what_is_missing(missing, debug):
    with pytest.raises(ImproperlyConfigured, match=f"環境変数 {missing} がありません") as refusal:
        read_settings(PRODUCTION | PROVIDER | {"DJANGO_DEBUG": debug, missing: " "})
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example",
        "ftp://login.example",
        "https://",
        "https://me@login.example",
        "https://login.example/?a=b",
        "https://login.example/#x",
    ],
)
def test_an_issuer_that_is_no_address_is_refused(issuer):
    with pytest.raises(ImproperlyConfigured, match="環境変数 OIDC_ISSUER の値"):
        read_settings(PRODUCTION | PROVIDER | {"OIDC_ISSUER": issuer})


def test_in_production_nobody_is_sent_to_a_provider_in_clear_text():
    clear = PROVIDER | {"OIDC_ISSUER": "http://login.example"}
    with pytest.raises(ImproperlyConfigured, match="環境変数 OIDC_ISSUER の http://"):
        read_settings(PRODUCTION | clear)
    assert read_settings(PRODUCTION | PROVIDER | {"OIDC_ISSUER": "http://127.0.0.1:8080"})["OIDC_ISSUER"]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("False", False), ("off", False)])
def test_an_option_of_the_database_that_is_yes_or_no_is_read_as_such(text, value):
    url = f"postgresql://mikiwame@db.example/mikiwame?DISABLE_SERVER_SIDE_CURSORS={text}&CONN_MAX_AGE=0"
    database = read_settings(PRODUCTION | {"DATABASE_URL": url})["DATABASES"]["default"]
    assert (database["DISABLE_SERVER_SIDE_CURSORS"], database["CONN_MAX_AGE"]) == (value, 0)


def test_one_that_is_neither_is_refused_by_its_name():
    environment = PRODUCTION | {"DATABASE_URL": "postgresql://db.example/mikiwame?DISABLE_SERVER_SIDE_CURSORS=nein"}
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL の DISABLE_SERVER_SIDE_CURSORS は true か false"):
        read_settings(environment)
