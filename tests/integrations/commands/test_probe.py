"""`manage.py kaonavi probe FILE`: where the report goes, whose keys are used, and the one question that writes."""

import io
import stat

import pytest
from django.core.management import CommandError

from accounts import site
from integrations.kaonavi.simulator.faults import Fault
from integrations.models import SyncJob
from integrations.probe import writing
from tests.integrations.commands.test_kaonavi import SECRET_VARIABLE, kaonavi

pytestmark = pytest.mark.django_db

SHEET, DAY = "最新性格検査結果（ミキワメ連携）", "受検日"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "report.txt"


@pytest.fixture
def member(tenant, connection):
    """Somebody without a record, beside somebody with one."""
    tenant.add_member("K0031", name="森本 葉月")
    tenant.add_member("K0032", name="戸田 慎")
    tenant.write_records(latest(tenant), "K0031", [{DAY: "2026-03-30"}])
    return "K0032"


@pytest.fixture
def agreed(member, monkeypatch):
    """Whoever is asked types the number again."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    type_in(monkeypatch, member)
    return member


def latest(tenant):
    return tenant.state.sheets[0]


def type_in(monkeypatch, *lines):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def updates(tenant):
    return [(call.path, call.dry_run) for call in tenant.calls if call.is_update]


def test_it_writes_a_report_that_only_its_owner_can_read_and_changes_nothing(tenant, member, file):
    code, out, _ = kaonavi("probe", str(file))
    assert code == 0
    assert "答えのなかったこと：0" in out
    text = file.read_text()
    assert "■ 1. アクセストークン" in text
    assert "尋ねた先：KAONAVI_API_URL のアドレス" in text
    assert not any(each in text for each in ("森本", "K003", "2026-03-30"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert updates(tenant) == []


def test_a_report_is_never_overwritten(tenant, connection, file):
    file.write_text("earlier")
    with pytest.raises(CommandError, match="すでにあります"):
        kaonavi("probe", str(file))
    assert file.read_text() == "earlier"
    with pytest.raises(CommandError, match="作成できません"):
        kaonavi("probe", str(file.parent / "nowhere" / "report.txt"))


def test_it_asks_with_other_keys_where_they_are_given(tenant, kaonavi_url, file, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, tenant.credentials.consumer_secret)
    assert kaonavi("probe", str(file), "--key", tenant.credentials.consumer_key)[0] == 0
    assert tenant.credentials.consumer_secret not in file.read_text()


def test_without_keys_there_is_no_report(kaonavi_url, file, monkeypatch):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    type_in(monkeypatch, "")
    code, _, err = kaonavi("probe", str(file))
    assert (code, "連携していません" in err) == (1, True)
    code, _, err = kaonavi("probe", str(file), "--key", "k")
    assert (code, "Consumer Secretを入力してください" in err) == (1, True)
    assert not file.exists()


def test_in_practice_the_real_keys_are_not_shown_to_the_simulator(connection, file):
    site.begin_practice({})
    with pytest.raises(CommandError, match="練習モード"):
        kaonavi("probe", str(file), "--key", "of the real one")


def test_refused_keys_end_it_with_1_and_a_report_that_says_so(tenant, connection, file):
    tenant.reissue()
    assert kaonavi("probe", str(file))[0] == 1
    assert "応答コード：401" in file.read_text()
    assert "アクセストークンを取得できないため、ここで終わりました" in file.read_text()


def test_what_is_known_stays_in_the_file_when_it_is_cut_off(connection, file, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("integrations.probe.questions.of_departments", stop)
    with pytest.raises(KeyboardInterrupt):
        kaonavi("probe", str(file))
    text = file.read_text()
    assert "■ 7. 明日以降に更新されたメンバー" in text
    assert text.endswith("途中で終わりました。ここまでに分かったことだけが書かれています。\n")


def test_it_reads_beside_a_run(tenant, connection, file):
    SyncJob.objects.create(kind="employees")
    assert kaonavi("probe", str(file))[0] == 0


def test_the_write_question_names_what_it_writes_and_makes_one_record_after_a_trial(tenant, agreed, file):
    member = agreed
    code, out, _ = kaonavi("probe", str(file), "--write-question", member)
    assert code == 0, file.read_text()
    for word in (SHEET, f"社員番号 {member}", f"項目「{DAY}」", "元に戻すには"):
        assert word in out
    number = latest(tenant).id
    assert updates(tenant) == [(f"/sheets/{number}", True), (f"/sheets/{number}", False)]
    assert len(latest(tenant).rows[member]) == 1
    assert len(latest(tenant).rows["K0031"]) == 1
    text = file.read_text()
    assert member not in text
    assert "レコードのない人への更新の試行" in text
    assert "送った日付と同じ値：はい" in text


def test_a_run_that_starts_after_the_trial_keeps_the_update_back(tenant, agreed, file, monkeypatch):
    """It may write the very record that was not there."""
    see = writing.has_record

    def start_a_run(*asked):
        SyncJob.objects.create(kind="results")
        return see(*asked)

    monkeypatch.setattr(writing, "has_record", start_a_run)
    code, _, _ = kaonavi("probe", str(file), "--write-question", agreed)
    assert (code, updates(tenant)) == (1, [(f"/sheets/{latest(tenant).id}", True)])


@pytest.mark.parametrize("typed", ["", "K0031", "はい"])
def test_without_the_number_typed_again_nothing_is_asked_or_written(typed, tenant, member, file, monkeypatch):
    type_in(monkeypatch, typed)
    with pytest.raises(CommandError, match="何も書き込みませんでした"):
        kaonavi("probe", str(file), "--write-question", member)
    assert updates(tenant) == []
    assert not file.exists()


@pytest.mark.parametrize(
    ("code", "why"),
    [("K0031", "すでにレコードがあります"), ("K9999", "カオナビにいません")],
    ids=["has one", "unknown"],
)
def test_only_somebody_without_a_record_is_written_for(code, why, member, file):
    with pytest.raises(CommandError, match=why):
        kaonavi("probe", str(file), "--write-question", code)


def test_nothing_is_written_beside_a_run_or_where_another_item_is_required(tenant, member, file):
    tenant.set_knobs(required_items=["16タイプ"])
    with pytest.raises(CommandError, match="入力必須の項目"):
        kaonavi("probe", str(file), "--write-question", member)
    SyncJob.objects.create(kind="employees")
    with pytest.raises(CommandError, match="処理が実行中です"):
        kaonavi("probe", str(file), "--write-question", member)
    assert updates(tenant) == []


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"dry_run_ignored": True}, "このメンバーのレコード：1件"),
        ({"max_rows": 0}, "応答コード：413（想定と違います"),
    ],
    ids=["ignored", "refused"],
)
def test_after_a_trial_that_was_refused_or_has_written_nothing_more_is_sent(knobs, said, tenant, agreed, file):
    tenant.set_knobs(**knobs)
    kaonavi("probe", str(file), "--write-question", agreed)
    assert [dry_run for _, dry_run in updates(tenant)] == [True]
    assert said in file.read_text()


def test_where_a_read_found_no_answer_nothing_is_written(tenant, agreed, file):
    tenant.state.faults.append(Fault(kind="reset", path="^/departments$"))
    assert kaonavi("probe", str(file), "--write-question", agreed)[0] == 1
    assert updates(tenant) == []
    assert "書き込みの問いは尋ねませんでした" in file.read_text()
