"""CREDENTIAL_KEYS: told at the start when they do not fit, and changed without losing anything."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db import transaction

from accounts.models import AuditEntry
from integrations.models import ImageKey, KaonaviConnection, SyncJob
from integrations.operations import keyring
from tests.factories.rows import make_job

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _stored_with_the_old_key(settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    KaonaviConnection.objects.create(consumer_key="K", consumer_secret="S")


def stored() -> list[str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT consumer_key, consumer_secret, token FROM integrations_kaonaviconnection")
        return list(cursor.fetchone())


def reencrypt() -> str:
    out = StringIO()
    call_command("reencrypt", stdout=out)
    return out.getvalue()


def test_every_secret_moves_to_the_first_key_and_the_old_one_may_go(settings):
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert "1行を先頭の鍵で暗号化し直しました（すでに先頭の鍵だったもの：0行）" in reencrypt()
    settings.CREDENTIAL_KEYS = [NEW]
    row = KaonaviConnection.objects.get()
    assert (row.consumer_key, row.consumer_secret, row.token) == ("K", "S", "")
    assert stored()[2] == ""


def test_a_second_time_changes_nothing_and_says_so(settings):
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    reencrypt()
    before = stored()
    assert "0行を先頭の鍵で暗号化し直しました（すでに先頭の鍵だったもの：1行）" in reencrypt()
    assert stored() == before


def test_it_is_in_the_audit_trail_without_a_secret(settings):
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    reencrypt()
    entry = AuditEntry.objects.get(what="認証情報の暗号鍵")
    assert (entry.actor_id, entry.detail) == (None, {"renewed": 1, "current": 0})


def test_with_one_unreadable_secret_nothing_is_changed(settings):
    settings.CREDENTIAL_KEYS = [NEW]
    before = stored()
    with transaction.atomic(), pytest.raises(CommandError, match=r"CREDENTIAL_KEYS.*何も変更していません"):
        reencrypt()
    assert stored() == before


def test_a_worker_does_not_start_with_a_wrong_key(settings, caplog):
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(SystemExit):
        keyring.refuse_to_start()
    assert "環境変数 CREDENTIAL_KEYS の鍵で復号できません" in caplog.text
    assert NEW not in caplog.text


def test_what_is_kept_for_an_undo_alone_stops_nobody_when_its_key_is_lost(settings):
    job = make_job(kind="results")
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    ImageKey.objects.create(job=job, secret="x")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert keyring.problem() == ""
    assert "1行を先頭の鍵で暗号化し直しました" in reencrypt()


def test_migrate_warns_of_a_wrong_key_and_goes_on(settings):
    settings.CREDENTIAL_KEYS = [NEW]
    found = [problem for problem in run_checks(databases=["default"]) if problem.id == "integrations.W001"]
    assert [problem.is_serious() for problem in found] == [False]
    settings.CREDENTIAL_KEYS = [OLD]
    assert [problem for problem in run_checks(databases=["default"]) if problem.id == "integrations.W001"] == []


def test_readyz_says_that_the_keys_do_not_fit(client, settings):
    settings.CREDENTIAL_KEYS = [NEW]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "CREDENTIAL_KEYS" in answer.json()["keys"]


def test_a_sync_from_the_command_line_is_refused_with_the_reason(settings, capsys):
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(SystemExit) as end:
        call_command("kaonavi", "sync", "employees", "--json")
    assert end.value.code == 5
    assert "CREDENTIAL_KEYS" in capsys.readouterr().out
    assert not SyncJob.objects.exists()
