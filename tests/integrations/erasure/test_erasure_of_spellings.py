"""A person who is deleted is forgotten also where they are spelled in another way, or quoted without a name."""

import pytest
from django.utils import timezone

from assessments.models import Assessment
from employees.models import Employee
from integrations.models import SyncIssue, SyncJob, UploadChunk
from integrations.reasons import Reason
from tests.factories.rows import make_chunk, make_job, make_person, make_result
from tests.integrations.erasure.test_erasure import left_of, tell


@pytest.fixture
def other(db) -> Employee:
    """Somebody who stays."""
    return make_person(2, last_name="赤井", first_name="誠")


def test_it_leaves_nothing_under_other_spellings_of_their_mail_name_and_number(other: Employee):
    person = make_person(
        email="canary@example.co.jp", employee_number="7", last_name="高", first_name="", position="鳥係"
    )
    job = make_job("partial")
    tell(
        job,
        Reason.MEMBER_MAIL_INVALID,
        email="ｃａｎａｒｙ＠example.co.jp",
        name="髙",
        value="ｃａｎａｒｙ＠example.co.jp",
    )
    tell(job, Reason.MEMBER_VALUE_TOO_LONG, key="７", field="役職", value="鳥係")
    tell(job, Reason.MEMBER_VALUE_TOO_LONG, name=" 髙　", field="役職", value="鳥係")
    tell(job, Reason.MEMBER_NUMBER_SHARED, key="6", name="赤井 誠", email=other.email, others="6、7、8")
    tell(job, Reason.MEMBER_MAIL_DUPLICATE, key="6", name="赤井 誠", email=other.email, others="髙、8")
    person.delete()
    assert left_of(("canary", "ｃａｎａｒｙ", "髙", "７", "6、7", "鳥係")) == set()
    assert SyncIssue.objects.filter(subject_key="6", subject_name="赤井 誠").count() == 2


SPOKEN = "カオナビが要求を受け付けませんでした。カオナビのメッセージ：社交性の値 77.7 が正しくありません"


@pytest.fixture
def refused(db, other: Employee) -> tuple[Assessment, SyncJob]:
    """A result that an upload sent, and カオナビ's words, which name nobody."""
    result = make_result(make_person(), scores={"sociability": 77.7})
    job = make_job("failed", "results", message=f"{SPOKEN}。もう一度実行してください。")
    make_chunk(
        job,
        state="refused",
        sent_at=timezone.now(),
        sent_people={str(result.employee_id): True, str(other.pk): True},
        messages=["社交性の値 77.7 が正しくありません"],
    )
    tell(job, Reason.KAONAVI_REQUEST_REFUSED, detail=SPOKEN)
    tell(job, Reason.SHEET_NOT_PERMITTED, key="最新性格検査結果（ミキワメ連携）", field="更新", detail=SPOKEN)
    words = "カオナビのメッセージ：社交性の値 77.7 が正しくありません"
    tell(job, Reason.RESULT_REFUSED, key="0001", email=result.employee.email, detail=words)
    tell(job, Reason.RESULT_REFUSED, key="0002", email=other.email, detail=f"{words}（まだ分けられていなかった行）")
    return result, job


@pytest.mark.parametrize("leaving", ["the person", "the result"])
def test_it_leaves_no_value_that_kaonavi_quoted_without_a_name(leaving: str, refused: tuple[Assessment, SyncJob]):
    result, job = refused
    (result.employee if leaving == "the person" else result).delete()
    assert left_of(("77.7",)) == set()
    job.refresh_from_db()
    assert job.message == "カオナビが要求を受け付けませんでした。"


def test_it_keeps_what_kaonavi_said_of_an_upload_in_which_they_were_not(refused: tuple[Assessment, SyncJob]):
    _, job = refused
    told = SyncIssue.objects.order_by("pk").values_list("detail", flat=True)
    before = list(told)
    make_result(make_person(3)).employee.delete()
    job.refresh_from_db()
    assert (list(told), job.message) == (before, f"{SPOKEN}。もう一度実行してください。")
    assert UploadChunk.objects.get().messages
