"""本人開示 and データの流れ."""

import json
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, LogInPolicy, Role
from accounts.sessions import TRUSTED
from assessments.models import Assessment, Scale
from employees.models import Employee, IdentityDecision
from integrations.models import KaonaviConnection, Merge, ProblemNote, ResultRegistration, SyncException
from integrations.models.merging import Taken
from integrations.models.unseen import UnseenEmployee
from integrations.rules.employees.fields import FIELDS
from integrations.screens.data_flow import READ, log_in
from tests.factories.rows import (
    PASSWORD,
    account,
    logged_in,
    make_change,
    make_chunk,
    make_issue,
    make_job,
    make_person,
    make_result,
)

FLOW = reverse("integrations:data_flow")


def page_of(person: Employee) -> str:
    return reverse("integrations:disclosure", args=[person.pk])


def file_of(person: Employee) -> str:
    return reverse("integrations:disclosure_file", args=[person.pk])


@pytest.fixture
def canary(db) -> Employee:
    """A person with something in every table that tells of people, each time with a mark of its own; and a
    neighbour.
    """
    make_result(make_person(2, last_name="隣人"), comment="隣人の所見")
    person = make_person(
        gender="female", birth_date=date(1990, 2, 3), position="しるし役職", employment_type="contract",
        hire_date=date(2015, 4, 1), last_seen_at=timezone.now(),
    )  # fmt: skip
    scores = {"listening": 61.7, "gone_scale": 33.3}
    result = make_result(
        person, title="しるし検査", grade="A+", overall_score="8.6", comment="しるし所見", scores=scores
    )
    result.judgements.create(basis="しるし基準", grade="B")
    Employee.objects.filter(pk=person.pk).update(last_name="しるし旧姓")
    person.save()  # which leaves the former name
    UnseenEmployee.objects.create(row=person, seen_at=timezone.now())
    IdentityDecision.objects.create(
        employee=person, employee_number="しるし番号", email="mark@example.co.jp", is_same=True
    )
    SyncException.objects.create(kind="not_sent", employee=person, reason="しるし理由")
    SyncException.objects.create(kind="excluded", email=person.email, reason="しるし除外")
    SyncException.objects.create(kind="pinned", employee=person, item="hire_date")
    before = Taken({"email": "", "employee_number": "しるし統合前"}, [], "", {}, {})
    Merge.objects.create(kept=person, removed=99, content=msgspec.json.encode(before).decode())
    ResultRegistration.objects.create(employee=person, assessment=result, confirmed_at=timezone.now())
    job = make_job("succeeded", "results")
    make_change(job, {"受検日": ["", "2026/04/01"], "傾聴力": ["", "しるし送信値"]}, what="latest_sheet", key="0001")
    make_change(make_job(), {"position": ["しるし旧役職", "しるし役職"]}, object_id=person.pk)
    make_change(make_job("held"), {"position": ["", "しるし予定"]}, key=person.email)
    make_change(
        make_job(kind="assessments_file"), {"scores": [None, {"listening": 12.3}]}, what="assessment", key="0001"
    )
    make_issue(make_job(), subject_key="0001", value="しるし問題", fingerprint=7)
    ProblemNote.objects.create(fingerprint=7, memo="しるしメモ")
    ProblemNote.objects.create(fingerprint=8, memo=f"{person.email}としるし同居")
    ProblemNote.objects.create(fingerprint=9, memo="隣人のメモ")
    make_issue(make_job(kind="departments"), subject_key="0001", value="部署の問題")
    make_chunk(job, sent_people={str(person.pk): True}, state="stored", sent_at=timezone.now(), ended_at=timezone.now())
    account("shirushi", "閲覧者", email=person.email.upper())
    logged_in(account("goro", "閲覧者")).get(result.get_absolute_url())
    return person


MARKS = (
    *("青山", "直樹1", "アオヤマ", "0001", "p1@example.co.jp", "しるし役職", "契約社員", "女性"),
    *(
        "しるし検査",
        "A+",
        "8.6",
        "しるし所見",
        "61.7",
        "33.3",
        "gone_scale",
        "しるし番号",
        "mark@example.co.jp",
        "しるし理由",
        "しるし除外",
        "しるし旧姓",
    ),
    *(
        "しるし送信値",
        "しるし旧役職",
        "しるし予定",
        "12.3",
        "しるし問題",
        "しるしメモ",
        "しるし同居",
        "登録済み",
        "shirushi",
        "goro（goro）",
    ),
)


def file(admin: Client, person: Employee) -> dict[str, Any]:
    return json.loads(admin.get(file_of(person)).content)


def test_the_page_shows_everything_that_is_held(canary: Employee, admin: Client):
    page = admin.get(page_of(canary)).text
    assert [mark for mark in (*MARKS, "1990/02/03") if mark not in page] == []
    assert "隣人" not in page
    assert "部署の問題" not in page


def test_the_file_holds_the_same(canary: Employee, admin: Client):
    answer = admin.get(file_of(canary))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    text = answer.content.decode()
    assert [mark for mark in (*MARKS, "1990-02-03") if mark not in text] == []
    assert "隣人" not in text
    assert (file(admin, canary)["format"], file(admin, canary)["made_by"]) == (1, "佐藤 花子")


def test_no_table_that_refers_to_a_person_is_left_out(canary: Employee, admin: Client):
    told = file(admin, canary)
    for model, skipped in ((Employee, {"assessment", "latestresult"}), (Assessment, {"latestresult"})):
        for relation in model._meta.related_objects:
            name = str(relation.related_model._meta.model_name)
            assert name in skipped or told[name]["rows"], name
    assert set(told["person"]["rows"][0]) == {field.name for field in Employee._meta.concrete_fields}
    fields = {field.name for field in Assessment._meta.concrete_fields}
    assert set(told["results"]["rows"][0]) == fields - {"employee", "scores"}


def test_it_says_where_it_was_sent_and_when(canary: Employee, admin: Client):
    (sent,) = file(admin, canary)["sent"]["rows"]
    assert (sent["sheet"], sent["state"]) == ("最新性格検査結果（ミキワメ連携）", "登録済み")
    assert sent["sent_at"]


def test_it_says_who_looked_also_before_two_records_were_merged(canary: Employee, admin: Client, administrator: User):
    other = make_person(3, employee_number="0001")
    make_result(other, date(2024, 4, 1))
    logged_in(account("rokuro", "閲覧者")).get(other.assessments.get().get_absolute_url())
    merge = reverse("integrations:merge", args=[canary.pk]) + f"?with={other.pk}"
    fingerprint = admin.get(merge).context["pair"].fingerprint
    admin.post(merge, {"fingerprint": fingerprint, "stays": canary.pk})
    assert not Employee.objects.filter(pk=other.pk).exists()
    assert {"goro（goro）", "rokuro（rokuro）"} <= {row["actor"] for row in file(admin, canary)["looks"]["rows"]}


def test_it_names_the_lists_that_were_taken_away(canary: Employee, admin: Client):
    admin.post(reverse("integrations:export", args=["results"]), {"form": "csv", "query": ""})
    (taken,) = file(admin, canary)["exports"]["rows"]
    assert (taken["actor"], taken["action"]) == ("佐藤 花子（hanako）", "ダウンロード")


def test_it_names_lists_that_operators_opened(canary: Employee, admin: Client):
    root = logged_in(User.objects.create_superuser("root"))
    root.get(reverse("admin:assessments_assessment_changelist"))
    (opened,) = file(admin, canary)["exports"]["rows"]
    assert (opened["actor"], opened["action"], opened["what"]) == ("root（root）", "閲覧", "検査結果の一覧")


@pytest.mark.parametrize(
    "key", [{"subject_key": "0001"}, {"email": "P1@example.co.jp"}, {"subject_name": "青山　直樹1"}]
)
def test_it_says_who_saw_the_person_in_problems_of_a_run(key: dict[str, str], canary: Employee, admin: Client):
    job, other = make_job("partial", "results"), make_job("partial", "results")
    make_issue(job, reason="RESULT_REFUSED", field="社交性", value="77.7", **key)
    make_issue(other, reason="RESULT_REFUSED", subject_key="0002", subject_name="隣人 直樹2", value="66.6")
    reader = logged_in(account("saburo", "閲覧者"))
    reader.get(job.get_absolute_url())
    list(reader.get(reverse("integrations:error_file", args=[job.pk])))
    logged_in(account("shiro", "閲覧者")).get(other.get_absolute_url())
    looks = [(row["actor"], row["action"]) for row in file(admin, canary)["looks"]["rows"]]
    assert [look for look in looks if look[0][0] == "s"] == [
        ("saburo（saburo）", "閲覧"),
        ("saburo（saburo）", "ダウンロード"),
    ]


def test_it_knows_problems_told_under_an_earlier_mail_and_number(canary: Employee, admin: Client):
    make_change(make_job(), {"email": ["old@example.co.jp", canary.email]}, key="old-1", object_id=canary.pk)
    for key in (
        {"subject_key": "OLD-1", "value": "しるし番号で"},
        {"email": "old@example.co.jp", "value": "しるし宛先で"},
    ):
        make_issue(make_job(), **key)
    make_issue(make_job(kind="departments"), subject_key="OLD-1", value="部署の問題")
    page = admin.get(page_of(canary)).text
    assert [mark for mark in ("しるし番号で", "しるし宛先で") if mark not in page] == []
    assert "部署の問題" not in page


def test_what_the_earlier_holder_of_the_number_was_sent_is_not_told(canary: Employee, admin: Client):
    other = make_person(3, employee_number="")
    make_change(
        make_job(kind="results"), {"傾聴力": ["", "隣人の値"]}, what="latest_sheet", key="0001", object_id=other.pk
    )
    assert "隣人の値" not in admin.get(page_of(canary)).text


def test_looking_and_taking_away_are_written_down(canary: Employee, admin: Client):
    for _ in range(2):
        admin.get(page_of(canary))
        admin.get(file_of(canary))
    done = AuditEntry.objects.filter(what="本人開示", subject_id=canary.pk).order_by("pk")
    assert [entry.action for entry in done] == ["viewed", "downloaded", "downloaded"]


@pytest.mark.parametrize("address", [page_of, file_of])
def test_it_asks_for_the_password_again(address: Any, canary: Employee, admin: Client):
    session = admin.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    asked = admin.get(address(canary))
    assert asked["Location"].startswith(reverse("accounts:confirm"))
    assert not AuditEntry.objects.filter(what="本人開示").exists()
    back = admin.post(asked["Location"], {"password": PASSWORD, "next": address(canary)})["Location"]
    assert admin.get(back).status_code == 200


def test_the_persons_page_leads_there_for_administrators_alone(canary: Employee, admin: Client, viewer: Client):
    assert f'href="{page_of(canary)}"' in admin.get(canary.get_absolute_url()).text
    assert "本人開示" not in viewer.get(canary.get_absolute_url()).text
    assert viewer.get(page_of(canary)).status_code == 403


def test_a_person_of_whom_little_is_known_has_a_sheet_too(admin: Client):
    person = make_person(employee_number="", email="", first_name="")
    make_issue(make_job(), value="だれのものでもない")
    assert "だれのものでもない" not in admin.get(page_of(person)).text


def test_the_sheet_costs_the_same_however_much_there_is(canary: Employee, admin: Client, statements: Any):
    few = [statements(admin, page_of(canary)) for _ in range(2)][1]
    for n in range(30):
        make_change(make_job(), {"position": ["a", "b"]}, object_id=canary.pk)
        make_issue(make_job(), subject_key="0001")
        make_result(canary, date(2020, 1, 1 + n))
    assert statements(admin, page_of(canary)) == few


def test_what_is_read_is_what_a_sync_writes():
    assert {field for fields in READ.values() for field in fields} == set(FIELDS)


def test_the_flow_follows_the_settings(admin: Client, connected: KaonaviConnection, settings: Any):
    mental = Scale.objects.filter(kaonavi_item="off").earliest("order")
    assert f"コメント、{mental.name}、" in admin.get(FLOW).text
    KaonaviConnection.objects.update(scale_switches={mental.code: True}, sheet_item_names={"taken_on": "しるし受検日"})
    settings.KAONAVI_API_URL = "https://user:secret@kaonavi.example:8443/api"
    settings.JOB_RETENTION_DAYS = 123
    page = admin.get(FLOW).text
    for text in (
        f"{mental.name}",
        f"{Scale.objects.exclude(kaonavi_item='off').count() + 1}尺度",
        "しるし受検日",
        "kaonavi.example:8443",
        "123日",
        "連携中",
    ):
        assert text in page
    assert "secret" not in page


def test_the_flow_says_who_may_what(admin: Client, company: Employee):
    role = Role.objects.get(group__name="人事担当")
    role.is_limited = True
    role.save()
    page = admin.get(FLOW).text
    for text in ("人事担当", "社員を見る", "限定した0部署とその下", "すべての操作", "閲覧者", "システム管理者"):
        assert text in page


def test_the_flow_names_every_server_that_is_asked(admin: Client, settings: Any):
    plain = admin.get(FLOW).text
    assert "会社の認証サービス" not in plain
    assert "監視" not in plain
    for text in ("メールは送信しません", "ほかの外部のサーバーには接続しません"):
        assert text in plain
    settings.OIDC_ISSUER, settings.METRICS_TOKEN = "https://login.example.co.jp/tenant/v2.0", "canary-token"
    page = admin.get(FLOW).text
    for text in ("会社の認証サービス（OpenID Connect）", "login.example.co.jp", "監視（/metrics）"):
        assert text in page
    assert "canary-token" not in page


def test_the_flow_names_servers_of_notices_without_their_secrets(admin: Client, settings: Any):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = "smtp.example.co.jp", 587, "canary"
    settings.NOTIFY_URLS = ["slack://canary/canary/canary"]
    page = admin.get(FLOW).text
    for text in ("smtp.example.co.jp:587", "slack", "通知のほかのメールは送信しません"):
        assert text in page
    assert "canary" not in page


def test_the_flow_says_who_is_not_sent(admin: Client):
    assert "送らない」とした社員" not in admin.get(FLOW).text
    today = timezone.localdate()
    for number, until in enumerate((None, today, today - timedelta(days=1)), start=1):
        SyncException.objects.create(kind="not_sent", employee=make_person(number), until=until)
    assert "「カオナビへ送らない」とした社員2名には送りません" in admin.get(FLOW).text


def test_the_flow_says_how_one_logs_in(db, settings: Any):
    assert log_in() == "パスワード。二要素認証は任意です"
    LogInPolicy.objects.create(pk=1).roles_that_need_factor.add(Group.objects.get(name="管理者"))
    assert log_in() == "パスワード。二要素認証を管理者に必須としています"
    LogInPolicy.objects.update(everyone_needs_factor=True, allows_passwords=False)
    assert log_in() == "パスワード。二要素認証を全員に必須としています"  # without a provider there is no other way
    settings.OIDC_ISSUER = "https://login.example.co.jp"
    assert log_in() == "会社の認証サービスだけ（パスワードでのログインは禁止）"
    LogInPolicy.objects.update(allows_passwords=True)
    assert log_in() == "会社の認証サービス、またはパスワード。二要素認証を全員に必須としています"


def test_the_flow_says_what_stays_and_for_how_long(admin: Client, settings: Any):
    page = admin.get(FLOW).text
    for text in ("操作の記録", "バックアップ", "削除された検査結果の印", "サーバーのログ", "値だけを消去", "最長30日"):
        assert text in page
    settings.JOB_RETENTION_DAYS = 0
    assert "無期限（JOB_RETENTION_DAYS が 0）" in admin.get(FLOW).text


def test_the_flow_stands_without_a_connection(admin: Client):
    assert "連携していません" in admin.get(FLOW).text
    assert f'href="{FLOW}"' in admin.get(reverse("integrations:settings")).text
