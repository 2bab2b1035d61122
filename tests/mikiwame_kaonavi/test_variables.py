"""`.env`, environment and secret files: each value is read as it was meant, or refused by line and name."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured

from mikiwame_kaonavi import settings
from mikiwame_kaonavi.variables import Variables
from tests.mikiwame_kaonavi.test_settings import PRODUCTION, read_settings
from tests.processes.deployment import MANAGE


def read(folder: Path, content: str | bytes, **environment: str) -> Variables:
    """What a program finds that starts with that `.env` and that environment."""
    file = folder / ".env"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with mock.patch.dict(os.environ, environment, clear=True):
        variables = Variables(file)
        for name in ("DJANGO_DEBUG", "DJANGO_SECRET_KEY", "SUPPORT_HOURS", "JOB_RETENTION_DAYS"):
            variables.text(name)
        variables.refuse_mistyped()
        return variables


def value_of(folder: Path, content: str | bytes, name: str = "SUPPORT_HOURS", **environment: str) -> Any:
    file = folder / ".env"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with mock.patch.dict(os.environ, environment, clear=True):
        return Variables(file).str(name, default="")


@pytest.mark.parametrize(
    "line",
    [
        "SUPPORT_HOURS=平日",
        "SUPPORT_HOURS = 平日",
        "  SUPPORT_HOURS=平日  ",
        "export SUPPORT_HOURS=平日",
        'SUPPORT_HOURS="平日"',
        "SUPPORT_HOURS='平日' # いまのところ",
        "SUPPORT_HOURS=平日 # いまのところ",
        "SUPPORT_HOURS=平日\t# いまのところ",
        "\ufeffSUPPORT_HOURS=平日",
        "# 注\r\n\r\nSUPPORT_HOURS=平日\r\n",
        "SUPPORT_HOURS=平日\rMETRICS_TOKEN=x",
    ],
)
def test_a_line_is_read_as_it_is_meant(tmp_path, line):
    assert value_of(tmp_path, line) == "平日"
    assert value_of(tmp_path, line.encode("utf-16")) == "平日"


@pytest.mark.parametrize("value", ["$ecret", "${HOME}", "a$b#c=d", "p@ss#w0rd", "C:\\temp\\new", "a=b"])
def test_a_value_is_not_looked_into(tmp_path, value):
    assert value_of(tmp_path, f"SUPPORT_HOURS={value}", HOME="/root", ecret="x") == value
    assert value_of(tmp_path, "", SUPPORT_HOURS=value) == value


def test_a_value_in_single_quotes_keeps_blanks_and_signs(tmp_path):
    assert value_of(tmp_path, "SUPPORT_HOURS='平日 # 9時 \"から\" 18時'") == '平日 # 9時 "から" 18時'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# 設定\nSUPPORT_HOURS=平日\n".encode("cp932"), r".env の1行目は UTF-8 ではありません（Shift_JIS"),
        ("A=1\r\nSUPPORT_HOURS=平日\r\n".encode("cp932"), r".env の2行目（SUPPORT_HOURS）は UTF-8 ではありません"),
        ("A=1\nB=2".encode("utf-16-le"), r".env の1行目の文字を読み取れません"),
        (b"\xff\xfeA", r".env の文字を読み取れません"),
        ("A=1\n\nDJANGO_DEBUG", r".env の3行目（DJANGO_DEBUG）に「=」がありません"),
        ("DJANGO_DEBUG：true", r".env の1行目を読み取れません"),
        ("DJANGO_DEBUG＝true", r".env の1行目を読み取れません"),
        ("ＤＪＡＮＧＯ_DEBUG=true", r".env の1行目を読み取れません"),
        ("DJANGO DEBUG=true", r".env の1行目を読み取れません"),
        ('DJANGO_SECRET_KEY="abc\nDJANGO_DEBUG=false"', r".env の1行目を読み取れません"),
        ("DJANGO_SECRET_KEY='abc'def", r".env の1行目を読み取れません"),
        ("DJANGO_DEBUG=true\nA=1\nDJANGO_DEBUG=false", r".env の3行目と1行目の両方に DJANGO_DEBUG があります"),
        ('SUPPORT_HOURS="a\\nb"', r"環境変数 SUPPORT_HOURS の値に、改行.*（.env の1行目）"),
        ("SUPPORT_HOURS=a\u200bb", r"環境変数 SUPPORT_HOURS の値に、.*目に見えない文字"),
        ("SUPPORT_HOURS=“平日”", r"環境変数 SUPPORT_HOURS の値の前後に引用符"),
        (
            "A=1\nDJANGO_DEBUGG=false",
            r"環境変数 DJANGO_DEBUGG という設定はありません。DJANGO_DEBUG の誤り.*（.env の2行目）",
        ),
        ("JOB_RETENTION_DAY=30", r"JOB_RETENTION_DAYS の誤り"),
        ("DJANGO_SECRET_KEY_FIEL=/x", r"DJANGO_SECRET_KEY_FILE の誤り"),
        ("django_debug=false", r"DJANGO_DEBUG の誤り"),
        ("DEBUG=false", r"DJANGO_DEBUG の誤り"),
        ("DJANGO_SECRET_KEY=a\nDJANGO_SECRET_KEY_FILE=/b", r"DJANGO_SECRET_KEY と DJANGO_SECRET_KEY_FILE の両方"),
    ],
)
def test_what_is_unclear_is_refused_by_line_and_name_and_not_quoted(tmp_path, content, told):
    with pytest.raises(ImproperlyConfigured, match=told) as refusal:
        read(tmp_path, content)
    assert "abc" not in str(refusal.value)


def test_a_mistyped_variable_of_the_environment_is_refused_and_somebody_else_s_is_not(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="環境変数 DJANGO_DEBUGG という設定はありません"):
        read(tmp_path, "", DJANGO_DEBUGG="false")
    others = ("DEBUG", "DJANGO_SETTINGS_MODULE", "DJANGO_SUPERUSER_PASSWORD", "KAONAVI_CONSUMER_SECRET", "HTTP_PROXY")
    read(tmp_path, "WEB_MEMORY=2g\nCOMPOSE_PROJECT_NAME=x", **dict.fromkeys(others, "x"), http_proxy="x", PORT="1")


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path):
    (tmp_path / ".env").mkdir()
    with pytest.raises(ImproperlyConfigured, match=r"\.env を読めません"):
        Variables(tmp_path / ".env")


def test_the_environment_goes_before_the_file_whichever_of_the_two_forms_it_has(tmp_path):
    (tmp_path / "secret").write_text("from a file\r\n")
    path = str(tmp_path / "secret")
    assert value_of(tmp_path, "SUPPORT_HOURS=line", SUPPORT_HOURS="here") == "here"
    assert value_of(tmp_path, "SUPPORT_HOURS=line", SUPPORT_HOURS_FILE=path) == "from a file"
    assert value_of(tmp_path, f"SUPPORT_HOURS_FILE={path}", SUPPORT_HOURS="here") == "here"
    assert value_of(tmp_path, f"SUPPORT_HOURS_FILE={path}\nSUPPORT_HOURS=") == "from a file"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, r"環境変数 SUPPORT_HOURS_FILE のファイル /.* を読めません（No such file"),
        ("平日".encode("cp932"), r"SUPPORT_HOURS_FILE のファイル .* UTF-8 ではありません"),
        (b'"9-18"\n', r"SUPPORT_HOURS のファイル|SUPPORT_HOURS_FILE のファイル .* の値の前後に引用符"),
        (b"9-18 \n", r"SUPPORT_HOURS_FILE のファイル .* の値の前後に空白"),
        (b"9\n18\n", r"SUPPORT_HOURS_FILE のファイル .* の値に、改行"),
    ],
)
def test_a_secret_file_is_read_in_full_or_refused(tmp_path, content, told):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=told):
        value_of(tmp_path, "", SUPPORT_HOURS_FILE=str(file))


def test_where_each_value_came_from_is_remembered_and_secrets_are_masked(tmp_path):
    (tmp_path / "secret").write_text("canary")
    variables = read(
        tmp_path,
        f"A=1\nJOB_RETENTION_DAYS=30\nDJANGO_SECRET_KEY_FILE={tmp_path / 'secret'}",
        SUPPORT_HOURS="redis://:canary@host/0",
    )
    found = {reading.name: (reading.shown, reading.source) for reading in variables.readings.values()}
    assert found == {
        "DJANGO_DEBUG": ("", ""),
        "JOB_RETENTION_DAYS": ("30", ".env の2行目"),
        "DJANGO_SECRET_KEY": ("●●●", f".env の3行目、ファイル {tmp_path / 'secret'}"),
        "SUPPORT_HOURS": ("redis://●●●@host/0", "環境変数"),
    }


@pytest.mark.parametrize("value", ["flase", "true # for now", "ture", "2", "いいえ", '"false"', "false;"])
def test_debug_is_never_on_or_off_by_a_slip(value):
    with pytest.raises(ImproperlyConfigured, match="環境変数 DJANGO_DEBUG "):
        read_settings(PRODUCTION | {"DJANGO_DEBUG": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JOB_RETENTION_DAYS", "-1"),
        ("JOB_RETENTION_DAYS", "400日"),
        ("JOB_RETENTION_DAYS", "４００"),
        ("JOB_RETENTION_DAYS", "1e9"),
        ("JOB_RETENTION_DAYS", "99999999"),
        ("JOB_RETENTION_DAYS", " 30"),
        ("WEBHOOK_DELAY", "0"),
        ("WEBHOOK_DELAY", "3601"),
        ("WEBHOOK_DELAY", "5分"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "true"),
        ("KAONAVI_UPDATE_LIMIT", "0"),
        ("KAONAVI_HOURLY_LIMIT", "3,000"),
        ("KAONAVI_TIMEOUT", "0"),
        ("KAONAVI_TIMEOUT", "nan"),
        ("KAONAVI_TIMEOUT", "inf"),
        ("KAONAVI_TIMEOUT", "2分"),
        ("DATABASE_URL", "db.sqlite3"),
        ("DATABASE_URL", "mysql://a@b/c"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "sqlite://data/db.sqlite3"),
        ("DATABASE_URL", "postgresql://a:canary#1@host/name"),
        ("DATABASE_URL", "postgresql://a:canary/1@host/name"),
        ("DATABASE_URL", "postgresql://a:canary@host"),
        ("CELERY_BROKER_URL", "redis:6379"),
        ("CELERY_BROKER_URL", "redis://:canary#1@host/0"),
        ("SUPPORT_URL", "support.example"),
        ("SUPPORT_URL", "javascript:alert(1)"),
        ("HTTPS_PROXY", "proxy:8080"),
        ("HTTPS_PROXY", "http://a:canary#1@proxy:8080"),
        ("REQUESTS_CA_BUNDLE", "/there/is/no/such.pem"),
        ("METRICS_TOKEN", "合言葉"),
        ("DJANGO_ALLOWED_HOSTS", "https://mikiwame.example.co.jp"),
        ("DJANGO_ALLOWED_HOSTS", "mikiwame.example.co.jp:443"),
        ("DJANGO_ALLOWED_HOSTS", "*.example.co.jp"),
        ("DJANGO_ALLOWED_HOSTS", "a.example b.example"),
        ("SITE_URL", "https://mikiwame.example.co.jp/hr"),
        ("DJANGO_SECRET_KEY", f"'{'0123456789' * 6}'"),
        ("EMAIL_URL", "smtp.example.co.jp"),
        ("EMAIL_URL", "mailto://a@example.co.jp"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp+tls://a:canary#1@smtp.example:587"),
        ("EMAIL_URL", "smtp+tls://a:canary?1@smtp.example:587"),
        ("EMAIL_URL", "smtp+tls://a:b@smtp.example:canary"),
        ("EMAIL_URL", "smtps://a:canary@smtp.example:465"),
        ("EMAIL_URL", "smtp://a:canary@smtp.example"),
        ("NOTIFY_URLS", "canary"),
        ("NOTIFY_URLS", "slack://canary"),
        ("NOTIFY_URLS", "json://127.0.0.1/ok, nosuch://canary"),
    ],
)
def test_a_bad_value_is_refused_by_its_name_and_no_password_is_quoted(name, value):
    with pytest.raises(ImproperlyConfigured, match=f"環境変数 {name} ") as refusal:
        read_settings(PRODUCTION | {name: value})
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://a:p%40ss%23@db.example:5432/name"),
        ("DATABASE_URL", "postgresql://a@/name?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql://a@one:5432,two:5433/name?target_session_attrs=read-write"),
        ("CELERY_BROKER_URL", "redis://:p%40ss@one:6379/0;redis://:p%40ss@two:6379/0"),
        ("CELERY_BROKER_URL", "rediss://broker.example:6380/1"),
        ("SUPPORT_URL", "mailto:jinji@example.co.jp"),
        ("HTTPS_PROXY", "http://hanako:p%40ss@proxy:8080"),
        ("KAONAVI_UPDATE_WINDOW", "0.5"),
        ("JOB_RETENTION_DAYS", "0"),
        ("TRUSTED_PROXIES", ""),
        ("DJANGO_ALLOWED_HOSTS", "mikiwame.example.co.jp, .example.co.jp,[::1],"),
        ("EMAIL_URL", "smtp+tls://a%40example.co.jp:p%40ss%23@smtp.example.co.jp:587"),
        ("EMAIL_URL", "smtp+ssl://a:b@smtp.example.co.jp"),
        ("EMAIL_URL", "smtp://relay.example.co.jp"),
        ("EMAIL_URL", "smtp://a:b@127.0.0.1:1025"),
        ("NOTIFY_URLS", "json://127.0.0.1/a,b json://127.0.0.1/c"),
    ],
)
def test_a_good_value_is_taken(name, value):
    assert read_settings(PRODUCTION | {name: value})


def test_the_settings_read_the_file_beside_them(tmp_path):
    place = tmp_path / "a # place？" / "mikiwame_kaonavi"
    place.mkdir(parents=True)
    (place.parent / "pyproject.toml").write_text("")
    shutil.copy(settings.__file__, place)
    (place.parent / ".env").write_text("DJANGO_DEBUG = true # for now\nJOB_RETENTION_DAYS=0\nDATABASE_URL=\n")
    environment = {name: text for name, text in PRODUCTION.items() if name not in {"DJANGO_DEBUG", "DATABASE_URL"}}
    with mock.patch.dict(os.environ, environment, clear=True):
        found = runpy.run_path(str(place / "settings.py"))
    assert (found["DEBUG"], found["JOB_RETENTION_DAYS"]) == (True, 0)
    assert found["DATABASES"]["default"]["NAME"] == str(place.parent / ".data" / "db.sqlite3")


def test_a_command_says_the_sentence_alone():
    done = subprocess.run(
        [*MANAGE, "check"], env=PRODUCTION | {"DJANGO_DEBUG": "flase"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "環境変数 DJANGO_DEBUG は true か false にしてください。\n")


def test_a_program_finds_what_another_left_in_the_environment(tmp_path):
    (tmp_path / "proxy").write_text("http://a:b@proxy:8080\n")
    environment = PRODUCTION | {"HTTPS_PROXY_FILE": str(tmp_path / "proxy")}
    code = "import os; from mikiwame_kaonavi import settings; print('HTTPS_PROXY_FILE' in os.environ)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_mail_is_read_with_its_password_and_the_way_of_its_encryption(tmp_path):
    (tmp_path / "mail").write_text("smtp+tls://a%40example.co.jp:p%40ss%23@smtp.example.co.jp\n")
    found = read_settings(PRODUCTION | {"EMAIL_URL_FILE": str(tmp_path / "mail")})
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    read_mail = [found[f"EMAIL_{name}"] for name in names]
    assert read_mail == ["smtp.example.co.jp", 587, "a@example.co.jp", "p@ss#", True, False]
    assert found["DEFAULT_FROM_EMAIL"] == "a@example.co.jp"
    assert {each.name: each.shown for each in found["VARIABLES"]}["EMAIL_URL"] == "smtp+tls://●●●@smtp.example.co.jp"
    assert read_settings(PRODUCTION)["EMAIL_HOST"] == ""


def test_of_chats_only_the_schemes_are_shown(tmp_path):
    (tmp_path / "chats").write_text("json://127.0.0.1/canary,1 , jsons://canary@127.0.0.1/ json://canary\n")
    found = read_settings(PRODUCTION | {"NOTIFY_URLS_FILE": str(tmp_path / "chats")})
    assert found["NOTIFY_URLS"] == ["json://127.0.0.1/canary,1", "jsons://canary@127.0.0.1/", "json://canary"]
    [shown] = [each.shown for each in found["VARIABLES"] if each.name == "NOTIFY_URLS"]
    assert shown == "json://●●● , jsons://●●● json://●●●"


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "workflows://prod-01.japaneast.logic.azure.com:443/643e69f83c8944/KODuebWbDGYFr0z0eu",
        "https://chat.googleapis.com/v1/spaces/workspace/messages?key=key&token=token",
        "jsons://hooks.example.co.jp/path",
    ],
)
def test_the_chats_that_the_handbook_names_are_read(address):
    assert read_settings(PRODUCTION | {"NOTIFY_URLS": address})["NOTIFY_URLS"] == [address]


def test_without_the_library_chats_are_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ImproperlyConfigured, match=r"NOTIFY_URLS にはパッケージ apprise が要ります。pip install "):
        read_settings(PRODUCTION | {"NOTIFY_URLS": "json://127.0.0.1/"})
    assert read_settings(PRODUCTION)["NOTIFY_URLS"] == []


@pytest.mark.parametrize(("variable", "is_imported"), [({}, "False"), ({"NOTIFY_URLS": "json://127.0.0.1/"}, "True")])
def test_the_library_is_imported_only_where_there_are_chats_and_its_lines_are_not_written(variable, is_imported):
    code = (
        "import sys, django; django.setup(); import integrations.channels, logging;"
        "logging.getLogger('apprise').warning('canary'); print('apprise' in sys.modules)"
    )
    environment = PRODUCTION | {"DJANGO_SETTINGS_MODULE": "mikiwame_kaonavi.settings"} | variable
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), "canary" in done.stderr) == (is_imported, False)


def test_an_address_that_the_library_cannot_read_is_not_printed():
    environment = PRODUCTION | {"NOTIFY_URLS": "slack://canary"}
    done = subprocess.run([*MANAGE, "check"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NOTIFY_URLS の1番目" in done.stderr
    assert "canary" not in done.stderr + done.stdout
