"""A text of any length, by whatever door: an answer, never a crash, and nothing stored that its column cannot hold."""

import socket
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import CharField
from django.test import Client
from django.urls import reverse

from accounts import provider
from accounts.models import AuditEntry, ProviderIdentity
from employees.models import Employee, IdentityDecision
from integrations import actions
from integrations.jobs import owner, workers
from integrations.jobs.inline import run_inline
from integrations.jobs.lease import worker_name
from integrations.kaonavi import client as kaonavi_client
from integrations.models import KaonaviConnection, MetricSum, SyncChange, SyncIssue, SyncJob, WorkerHeartbeat
from integrations.reasons import Reason
from tests.factories.rows import account, logged_in, make_department, make_issue, make_job, make_person, make_result
from tests.pages.long_texts import DOORS, limited, too_long
from tests.pages.rights_table import PAGES, address

LENGTHS = [300, 10_000]
TEXTS = ("x" * 300, "長" * 300, f"{'x' * 300}@example.co.jp")
POSTED = sorted(name for name, methods in PAGES.items() if "POST" in methods)
LONGEST = {"employee_number": "9" * 50, "position": "長" * 200} | dict.fromkeys(
    ("last_name", "first_name", "last_name_kana", "first_name_kana"), "長" * 100
)


def test_each_column_of_a_limited_length_has_its_doors_written_down():
    assert {str(field) for field in limited()} == set(DOORS)


@pytest.fixture
def _nobody_answers(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KAONAVI_API_URL = "http://127.0.0.1:9"
    monkeypatch.setattr(kaonavi_client, "PAUSES", (0.0, 0.0))


def valid(form: Any) -> dict[str, Any]:
    """What the page's form would send as it stands, with something in each field that asks for a text."""
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        sent[name] = value if value not in (None, "") else "1" if field.required else ""
    return sent


@pytest.mark.usefixtures("_nobody_answers")
@pytest.mark.parametrize("name", POSTED)
def test_no_form_takes_more_than_its_column_holds(name: str, admin: Client, company: Employee):
    KaonaviConnection.objects.create(consumer_key="the key", consumer_secret="the canary secret")
    where = address(name, company)
    page = admin.get(where, follow=True) if "GET" in PAGES[name] else None
    form = page.context.get("form") if page is not None and page.context is not None else None
    if not hasattr(form, "fields"):
        for word in ("option", "name", "text", "reason", "answer", "code", "email"):
            assert admin.post(where, {word: "x" * 300}).status_code < 500, word
    else:
        base = valid(form)
        for field, what in form.fields.items():
            for text in TEXTS if isinstance(what, CharField) else ():
                assert admin.post(where, base | {field: text}).status_code < 500, field
        others = [field for field, what in form.fields.items() if not isinstance(what, CharField)]
        assert admin.post(where, base | dict.fromkeys(others, TEXTS[0])).status_code < 500, others
    assert too_long() == []


@pytest.mark.django_db
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_log_in_with_long_names_and_headers_is_refused_as_any_other(length: int, settings, *, is_known: bool):
    settings.TRUSTED_PROXIES = 1
    account("hanako")
    client = Client(headers=dict.fromkeys(("user-agent", "accept", "x-request-id", "referer"), "x" * length))
    for address_told in ("203.0.113.9", "9" * length):
        answer = client.post(
            f"{reverse('accounts:login')}?next=/{'x' * length}",
            {"username": "hanako" if is_known else "長" * length, "password": "x" * length},
            headers={"x-forwarded-for": address_told},
        )
        assert answer.status_code == 200
    assert too_long() == []


def carried_out(client: Client, job: SyncJob) -> None:
    """Looks at the file, approves what it would do, does it."""
    run_inline(job)
    assert client.post(reverse("integrations:approve", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    run_inline(job)
    job.refresh_from_db()


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_with_a_long_name_headings_and_cells_is_taken_or_refused_in_words(length: int, admin: Client):
    text = "x" * length
    make_person(1)
    files = {
        "employees": (
            f"社員番号,姓,名,メールアドレス,役職,{text}",
            f"2,姓,名,a@b.jp,{text},1",
            f"{text},姓,名,c@d.jp,,1",
        ),
        "departments": (f"部署コード,部署名,{text}", f"1,{text},1", f"{text},部,1"),
        "results": (
            f"社員番号,検査名,受検日,16タイプ,判定,{text}",
            f"0001,検査,2026/04/01,{text},A,1",
            f"0001,{text},2026/04/02,,A,1",
            f"0001,検査,2026/04/03,,{text},1",
        ),
    }
    for kind, lines in files.items():
        sent = SimpleUploadedFile(f"{text}.csv", "\r\n".join(lines).encode())
        assert admin.post(reverse("integrations:import", args=[kind]), {"file": sent}).status_code == 302
        job = SyncJob.objects.latest("pk")
        assert too_long() == []
        carried_out(admin, job)
        assert (job.status, job.failed > 0) == ("partial", True), job.message
        assert admin.get(job.get_absolute_url()).status_code == 200
    assert too_long() == []


@pytest.mark.parametrize("length", LENGTHS)
def test_a_doubt_with_a_longer_number_than_anybody_has_is_not_remembered(length: int, admin: Client):
    job, person = make_job("partial"), make_person()
    told: dict[str, Any] = {
        "reason": Reason.MEMBER_IDENTITY_UNCERTAIN,
        "object_id": person.pk,
        "subject_name": "別所 実",
    }
    for number, mail in (("9" * length, person.email), ("1", f"{'x' * length}@example.co.jp")):
        issue = make_issue(job, value=number, email=mail, **told)
        answer = admin.post(
            reverse("integrations:identify", args=[job.pk]), {"answer": f"same:{issue.pk}"}, follow=True
        )
        assert answer.status_code == 200
    assert not IdentityDecision.objects.exists()
    make_issue(job, value="9" * 50, email=person.email, **told)
    answer = admin.post(
        reverse("integrations:identify", args=[job.pk]), {"answer": f"same:{SyncIssue.objects.latest('pk').pk}"}
    )
    assert (answer.status_code, IdentityDecision.objects.count(), too_long()) == (302, 1, [])


def test_what_is_copied_from_the_longest_names_fits(db):
    longest = account("u" * 150, "管理者", last_name="姓" * 150, first_name="名" * 150)
    client = logged_in(longest)
    mail = f"{'x' * 241}@example.jp"
    one = make_person(1, email=mail, department=make_department("c" * 50, "部" * 200), **LONGEST)
    other = make_person(2, employee_number=LONGEST["employee_number"])
    make_result(one, title="題" * 200, grade="級" * 10)
    file = SimpleUploadedFile("a.csv", f"メールアドレス,社員番号,姓\r\n{mail},{'9' * 50},{'変' * 100}\r\n".encode())
    client.post(reverse("integrations:import", args=["employees"]), {"file": file})
    job = SyncJob.objects.latest("pk")
    carried_out(client, job)
    assert client.post(reverse("departments:delete", args=[one.department.pk])).status_code < 500
    pair = client.get(reverse("integrations:merge", args=[one.pk])).context["pair"]
    answer = client.post(
        reverse("integrations:merge", args=[one.pk]), {"stays": other.pk, "fingerprint": pair.fingerprint}
    )
    assert answer.status_code == 302
    assert SyncChange.objects.filter(job=job).exists()
    assert AuditEntry.objects.filter(action="merged").exists()
    assert too_long() == []


@pytest.mark.django_db
def test_a_machine_with_a_long_name_works_and_is_known_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 10_000)
    workers.announce(worker_name())
    job = actions.start_job(kind="employees_file", by=None, file=("file", b"x"), inline=True)
    assert owner.standing(job.owner) == "alive"
    run_inline(job)
    job.refresh_from_db()
    assert (job.status, too_long()) == ("failed", [])
    workers.leave(worker_name())
    assert not WorkerHeartbeat.objects.exists()


def test_a_provider_s_subject_is_refused_where_it_is_longer_than_the_standard_allows():
    assert ProviderIdentity._meta.get_field("subject").max_length == provider.LONGEST_SUBJECT
    with pytest.raises(provider.RefusedLogInError):
        provider.judged({"sub": "x" * (provider.LONGEST_SUBJECT + 1), "email": "a@b.jp", "email_verified": True})


def test_words_of_our_own_fit():
    length = {str(field): field.max_length or 0 for field in limited()}
    assert max(map(len, Reason)) <= length["integrations.SyncIssue.reason"]
    longest = max(map(len, SyncJob.Kind.values)) + max(map(len, SyncJob.Status.values)) + 1
    assert longest <= (MetricSum._meta.get_field("labels").max_length or 0)
