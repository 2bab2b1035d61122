"""The questions put to a simulated カオナビ in which everything that it says is a canary."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import MustWait
from integrations.kaonavi.simulator.faults import Fault
from integrations.kaonavi.simulator.items import make_item
from integrations.kaonavi.simulator.knobs import MISSING, Knobs
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.kaonavi.simulator.webhooks import Webhook
from integrations.kaonavi.transport import open_session
from integrations.probe.asking import Clients, ask
from integrations.probe.questions import reads
from tests.factories.client import FakeQuota, FakeTokens

TODAY = date(2040, 4, 1)
CANARY = "カナリア"
DIGITS = re.compile("[3-8]{4}")  # none of our own words has so many of these in a row
NUMBERS = iter(range(34_567_833, 88_888_888))


def number() -> int:
    """One that is seen again wherever it gets: none of its digits is a 0, 1, 2 or 9."""
    return next(each for each in NUMBERS if not set(str(each)) & set("0129"))


def canary() -> str:
    return f"{CANARY}{number()}"


@pytest.fixture
def tenant() -> Tenant:
    company = Tenant(task_delay=0)
    company.state.next.item, company.state.next.sheet, company.state.next.member = number(), number(), number()
    parent, child = canary(), canary()
    company.add_department(parent, canary(), order=number(), leader_member_code=canary(), memo=canary())
    company.add_department(child, canary(), parent, order=number())
    company.state.items = [
        make_item(number(), canary(), "pull_down", options=[canary(), canary()]),
        make_item(number(), canary(), "check_box", options=[canary()]),
        make_item(number(), canary(), max_length=number()),
        make_item(number(), canary(), "calc_formula"),
    ]
    company.state.labels = {"name": canary(), "mail": canary()}
    for _ in range(3):
        company.add_member(
            canary(),
            name=canary(),
            name_kana=canary(),
            mail=f"{canary()}@example.jp",
            entered_date="3456-78-33",
            birthday="5678-34-33",
            gender=canary(),
            department=child,
            sub_departments=[parent],
            custom={company.state.items[2].name: [canary()]},
        )
    overrides = {
        "name": number(),
        "mail": {canary(): number()},
        "birthday": [canary()],
        canary(): {canary(): [number()]},
    }
    company.add_member(canary(), overrides=overrides)
    for template in ("latest", "all"):
        sheet = company.use_template(template)
        company.write_records(sheet, company.state.members[0].code, [{"受検日": "3456-78-33"}])
    for kind in (0, 1):
        items = [make_item(number(), canary(), "text_area")]
        company.state.sheets.append(Sheet(id=number(), name=canary(), record_type=kind, items=items))
        company.write_records(company.state.sheets[-1], company.state.members[0].code, [{items[0].name: canary()}])
    address = f"https://{canary()}.example.jp/"
    company.state.webhooks = [Webhook(id=number(), url=address, events=["member_updated"], secret_token=canary())]
    company.tick_all()
    company.untick(company.state.sheets[-1])
    return company


@pytest.fixture
def url(tenant) -> Iterator[str]:
    with run_in_thread(tenant) as address:
        yield address


def clients(tenant: Tenant, url: str, *, quota=None, timeout: float = 60) -> Clients:
    keys = tenant.credentials

    def client(secret: str) -> KaonaviClient:
        return KaonaviClient(
            url,
            keys.consumer_key,
            secret,
            session=open_session(),
            tokens=FakeTokens(),
            quota=quota or FakeQuota(),
            timeout=timeout,
        )

    return Clients(client(keys.consumer_secret), client("wrong"))


def report_of(tenant: Tenant, url: str, **options) -> list[str]:
    return [part.text for part in ask(reads(TODAY), clients(tenant, url, **options))]


def leaks(tenant: Tenant, parts: list[str]) -> list[str]:
    """What is in a report and must not be."""
    text = "\n".join(parts)
    keys = (tenant.credentials.consumer_key, tenant.credentials.consumer_secret, *tenant.state.tokens)
    return [*re.findall(f"{CANARY}.*", text), *DIGITS.findall(text), *(key for key in keys if key in text)]


def test_each_question_is_answered_and_nothing_that_kaonavi_said_is_told(tenant, url):
    parts = report_of(tenant, url)
    assert leaks(tenant, parts) == []
    assert len(parts) == 23
    assert all("応答コード：" in part for part in parts)
    assert len(tenant.calls) == len(parts)
    assert {call.method for call in tenant.calls if call.path != "/token"} == {"GET"}
    (webhooks,) = [part for part in parts if "GET /webhook" in part]
    assert 'webhook_data[].events[]                              文字、"member_updated"' in webhooks


KNOBS = {
    "hourly_limit": 8,
    "token_life_key": "expires_in",
    "token_life": number(),
    "retry_after": number(),
    "tick_off_status": 404,
    "departments_need_own_tick": True,
    "layouts_need_tick": True,
    "layouts_hide_unticked_sheets": True,
    "visible_members": 0.5,
    "visible_items": 0.5,
    "hidden_keys": ["birthday"],
    "required_items": ["受検日"],
    "updated_since_supported": False,
    "type_detail": False,
    "rows_updated_at": True,
    "member_ids": False,
    "blank_text": None,
    "blank_date": MISSING,
    "blank_birthday": canary(),
    "blank_gender": [canary()],
    "blank_age": canary(),
    "blank_department": {canary(): {canary(): number()}},
    "blank_custom": [number(), canary(), {canary(): canary()}],
    "error_shape": "text",
    "refusal_status": 207,
    "token_limit": 0,
}
UNASKED = {  # knobs of writes, of webhooks, of times and of limits that a read does not meet
    *("hourly_window", "update_limit", "update_window", "window_kind", "count_failed_calls", "count_dry_runs"),
    *("max_body", "max_rows", "add_needs", "task_delay", "tasks_in_order", "task_retention", "visible_delay"),
    *("finished_messages", "write_status", "put_erases_unsent_members", "accept_empty_values", "number_form"),
    *("dry_run_ignored", "dry_run_answer", "messages_name_members", "nightly_refusal"),
    *("webhook_needs_https", "webhook_grouped", "webhook_copies", "webhook_delay", "webhook_order"),
    *("webhook_accepts", "webhook_retries", "webhook_retry_after", "webhook_time"),
}


@pytest.mark.parametrize("knob", KNOBS)
def test_nothing_gets_in_however_kaonavi_behaves(knob, tenant, url):
    tenant.set_knobs(**{knob: KNOBS[knob]})
    assert leaks(tenant, report_of(tenant, url)) == []


def test_every_knob_that_a_read_meets_is_tried():
    assert {*KNOBS} | UNASKED == {*Knobs.__struct_fields__}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 400, "messages": [canary(), canary()]},
        {"kind": "status", "status": 500, "messages": [canary()], "body": "html"},
        {"kind": "replace", "json": {canary(): [[[[canary()]]]], "errors": [canary()], "name": number()}},
        {"kind": "replace", "json": [canary(), number()], "status": 404},
        {"kind": "html"},
        {"kind": "garbage"},
        {"kind": "truncate"},
        {"kind": "interim"},
        {"kind": "expire_tokens"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
def test_nothing_gets_in_whatever_goes_wrong(fault, tenant, url):
    tenant.state.faults.append(Fault(path="^/(?!token)", times=None, **fault))
    assert leaks(tenant, report_of(tenant, url)) == []


def test_of_headers_there_are_known_names_and_forms_and_of_others_how_many(tenant, url):
    headers = {"X-Employee-34567833": "34567834", "Retry-After": "34567", "ETag": "34567833", "Content-Type": "a/34567"}
    tenant.state.faults.append(Fault(kind="status", status=400, path="^/departments$", messages=[], headers=headers))
    parts = report_of(tenant, url)
    (departments,) = [part for part in parts if "/departments" in part]
    assert leaks(tenant, parts) == []
    assert "retry-after（整数、2〜5字）" in departments
    assert "etag（整数、6〜10字）" in departments
    assert "知らないヘッダー1件（名前は11〜20字）" in departments


def test_of_what_is_not_ours_no_body_is_received(tenant, url):
    parts = report_of(tenant, url)
    strangers = [part for part in parts if "ほかのシート" in part]
    assert ["応答コード：200" in part and "本文：受け取っていません。" in part for part in strangers] == [True, False]
    assert "応答コード：403" in strangers[1]


def test_it_ends_at_a_limit_of_kaonavi_s_after_telling_how_it_looks(tenant, url):
    tenant.set_knobs(hourly_limit=5, retry_after=60)
    parts = report_of(tenant, url)
    assert "応答コード：429" in parts[-1]
    assert "retry-after（整数" in parts[-1]
    assert "利用制限に達したため、ここで終わりました" in parts[-1]
    assert len(tenant.calls) == len(parts)


def test_it_ends_at_a_limit_of_our_own_without_a_call(tenant, url):
    (part,) = report_of(tenant, url, quota=FakeQuota(MustWait(60, "hour")))
    assert "尋ねられませんでした。カオナビの利用制限" in part
    assert tenant.calls == []


def test_without_a_token_nothing_else_is_asked(tenant, url):
    answered = clients(tenant, url)
    tenant.reissue()
    (part,) = ask(reads(TODAY), answered)
    assert "応答コード：401（想定と違います。想定は200）" in part.text
    assert not part.is_answered


def test_a_question_without_an_answer_is_told_in_words_and_the_next_one_follows(tenant, url):
    tenant.state.faults.append(Fault(kind="reset", path="^/members$", times=2))
    parts = report_of(tenant, url)
    assert [part.split("\n")[3] for part in parts if "尋ねられ" in part] == [
        "  尋ねられませんでした。カオナビから応答がありませんでした。",
        "  尋ねられませんでした。カオナビから応答がありませんでした。",
    ]
    assert len(parts) == 23


def test_where_nobody_answers_any_more_it_ends(tenant, url):
    tenant.state.faults.append(Fault(kind="slow", seconds=1.5, path="^/(?!token)", times=None))
    parts = report_of(tenant, url, timeout=0.7)
    assert len(parts) == 4
    assert "カオナビが時間内に応答しませんでした" in parts[-1]
    assert "続けて応答がないため、ここで終わりました" in parts[-1]


def test_it_tells_what_the_product_relies_on(tenant, url):
    tenant.add_member(tenant.state.members[0].code)
    text = "\n".join(report_of(tenant, url))
    assert "社員番号の重複：あり" in text
    assert "本製品が読み取れないメンバー：1件" in text
    assert "絞り込み：効いている" in text
    assert "増えた項目は計算式だけ：はい" in text


def test_a_shape_that_stands_in_the_report_is_not_told_twice(tenant, url):
    parts = report_of(tenant, url)
    assert "形：9 と同じ" in parts[9]
