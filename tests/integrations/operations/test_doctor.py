"""`manage.py doctor`: where each value came from, whose the files are, the clock, the services; and what to do."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from integrations.management.commands import doctor as command
from integrations.operations import doctor
from integrations.operations.backup import keys, sqlite
from integrations.operations.doctor import Finding
from integrations.operations.health import PartHealth
from mikiwame_kaonavi.variables import Reading
from tests.factories.mail_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(settings, tmp_path, monkeypatch) -> Path:
    """A data folder as the first start leaves it."""
    settings.BASE_DIR, settings.DATA_DIR, settings.BROKER_URL_FILE = tmp_path, tmp_path / ".data", tmp_path / "none"
    settings.DATA_DIR.mkdir(mode=0o700)
    database = settings.DATA_DIR / "db.sqlite3"
    database.touch(mode=0o644)
    monkeypatch.setattr(sqlite, "file_of_database", lambda: database)
    for member in keys.VARIABLES:
        keys.place_of(member).touch(mode=0o600)
    return settings.DATA_DIR


def run(monkeypatch, *parts: PartHealth) -> tuple[str, int]:
    """What the command says with services in this state, and its exit code."""
    monkeypatch.setattr(command, "readiness", lambda: list(parts))
    out, code = StringIO(), 0
    try:
        call_command("doctor", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return out.getvalue(), code


def problems(findings) -> list[Finding]:
    return [finding for finding in findings if finding.problem]


def test_nothing_is_wrong_with_a_first_start(data, monkeypatch):
    said, code = run(monkeypatch, PartHealth("database", "データベース"))
    assert (code, "○ データベース ok" in said, "問題は見つかりませんでした" in said) == (0, True, True)


def test_what_is_wrong_comes_with_its_remedy_and_since_when(data, monkeypatch):
    since = timezone.now()
    said, code = run(monkeypatch, PartHealth("beat", "beat", "動いていません。", "起動してください。", since=since))
    assert f"× beat 動いていません。（{timezone.localtime(since):%Y/%m/%d %H:%M} から）起動してください。" in said
    assert (code, "1件の問題があります" in said) == (1, True)


def test_each_setting_is_told_with_where_it_came_from_and_no_secret(data, settings, monkeypatch):
    settings.VARIABLES = [
        Reading("DJANGO_SECRET_KEY", "", ""),
        Reading("METRICS_TOKEN", "●●●", ".env の3行目"),
        Reading("JOB_RETENTION_DAYS", "", ""),
        Reading("DJANGO_ALLOWED_HOSTS", "", ""),
        Reading("OIDC_ISSUER", "", ""),
    ]
    settings.SECRET_KEY, settings.JOB_RETENTION_DAYS, settings.ALLOWED_HOSTS = "canary", 400, ["a.example", "b.example"]
    said, _ = run(monkeypatch)
    assert "canary" not in said
    for line in (
        f"DJANGO_SECRET_KEY ●●●（データフォルダー {data / 'secret-key'}）",
        "METRICS_TOKEN ●●●（.env の3行目）",
        "JOB_RETENTION_DAYS 400（既定）",
        "DJANGO_ALLOWED_HOSTS a.example,b.example（既定）",
        "OIDC_ISSUER なし（既定）",
    ):
        assert f"○ {line}\n" in said


def test_every_setting_that_the_product_reads_is_told(data, settings):
    told = [finding.title for finding in doctor.settings_read()]
    assert {"DJANGO_DEBUG", "SITE_URL", "DATABASE_URL", "CELERY_BROKER_URL", "CREDENTIAL_KEYS"} <= set(told)
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("name", "mode"),
    [(".data", 0o755), (".data/secret-key", 0o640), (".data/credential-key", 0o604), (".env", 0o644)],
)
def test_what_others_could_read_is_told_with_the_command_that_mends_it(data, tmp_path, name, mode):
    path = tmp_path / name
    if not path.exists():
        path.touch()
    path.chmod(mode)
    wrong = problems(doctor.files())
    assert str(path) in {finding.title for finding in wrong}
    [mended] = [finding.remedy for finding in wrong if finding.title == str(path)]
    assert mended == f"chmod {'700' if path.is_dir() else '600'} {path} を実行してください。"


def test_a_secret_file_is_looked_at_where_its_folder_does_not_close_it(data, settings, tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "token").touch(mode=0o644)
    settings.VARIABLES = [Reading("METRICS_TOKEN", "●●●", "環境変数", str(folder / "token"))]
    assert problems(doctor.files()) == []
    folder.chmod(0o755)
    assert [finding.title for finding in problems(doctor.files())] == [str(folder / "token")]


def test_clocks_that_are_apart_are_told(data, monkeypatch):
    assert problems(doctor.clock()) == []
    monkeypatch.setattr(doctor, "seconds_apart", lambda: 61.0)
    assert "61秒ずれています" in problems(doctor.clock())[0].problem


def test_a_clock_that_was_put_back_is_told_by_what_was_written_before(data):
    AuditEntry.objects.create(action="viewed", what="x", at=timezone.now() + timedelta(hours=2))
    assert "未来の時刻" in problems(doctor.clock())[0].problem


def test_a_mail_server_is_told_with_whether_it_lets_us_in_and_gets_no_mail(data, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert [finding.state[:2] for finding in doctor.channels()] == ["なし", "なし"]
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.NOTIFY_URLS, settings.VARIABLES = ["json://127.0.0.1/canary"], []
        said, code = run(monkeypatch)
        assert f"○ メール 127.0.0.1:{server.port} に接続できました" in said
        assert ("○ チャット json\n" in said, "canary" in said, code) == (True, False, 0)
        assert server.letters == []
    said, code = run(monkeypatch)
    assert "× メール メールサーバーが接続を受け付けません。EMAIL_URL のホスト名とポート" in said
    assert code == 1
