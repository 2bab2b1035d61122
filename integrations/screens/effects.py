"""What correcting or deleting a result does to カオナビ's sheets, said before it is done (product rules 5, 7, 13 of §4)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from assessments.models import Assessment
from assessments.order import NEWEST_FIRST
from integrations.models import KaonaviConnection, ResultRegistration, SyncException

RUN = "次の「カオナビに性格検査結果を登録する」で、"
LATEST_SHEET = "「最新性格検査結果（ミキワメ連携）」"
ALL_SHEET = "「全性格検査結果（ミキワメ連携）」"
NOT_CONNECTED = "カオナビと連携していないため、カオナビの内容は変わりません。"
UNCERTAIN = "この社員の検査結果は、まだカオナビに登録されていないか、登録後に変更されています。"
WITHHELD = "この社員は「カオナビへ送らない」に設定されているため、カオナビの内容は変わりません。"
NO_NUMBER = "この社員には社員番号がないため、カオナビの内容は変わりません。"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a result stands among those of its person. `next_day` is the day of the one after it, None without one.

    Somebody who is not `is_registered` may be on the sheets all the same, with what was here before a change.
    """

    is_latest: bool
    is_only: bool
    next_day: date | None
    is_registered: bool


def standing_of(result: Assessment) -> Standing:
    """The standing of a stored result; `is_registered`: カオナビ was seen to show a result of the person."""
    is_shown = Exists(ResultRegistration.objects.filter(employee=OuterRef("employee")))
    results = Assessment.objects.filter(employee=result.employee_id).order_by(*NEWEST_FIRST)
    ordered = list(results.values_list("pk", "taken_on", is_shown))
    latest, _, is_registered = ordered[0]
    is_latest = latest == result.pk
    return Standing(
        is_latest=is_latest,
        is_only=len(ordered) == 1,
        next_day=ordered[1][1] if is_latest and len(ordered) > 1 else None,
        is_registered=is_registered,
    )


def why_nothing(result: Assessment) -> str:
    """Why カオナビ stays as it is, whatever becomes of the result; "" where it does not."""
    if not result.employee.employee_number:
        return NO_NUMBER
    if not KaonaviConnection.objects.exists():
        return NOT_CONNECTED
    withheld = SyncException.objects.not_sent().filter(employee=result.employee_id)
    return WITHHELD if withheld.exists() else ""


def after_naming() -> str:
    """When results get a 16タイプ."""
    return f"{RUN}カオナビの16タイプも更新されます。" if KaonaviConnection.objects.exists() else ""


def after_edit(result: Assessment) -> str:
    """When the result is edited."""
    if nothing := why_nothing(result):
        return nothing
    standing = standing_of(result)
    not_sent = "検査名、完了日時、判定、総合スコア（どの基準のものも）、コメントはカオナビへ送りません。"
    if not standing.is_registered:
        return f"{UNCERTAIN}{RUN}訂正後の内容が登録されます。{not_sent}"
    if standing.is_latest:
        return (
            f"この社員の最新の検査結果です。{RUN}{LATEST_SHEET}の受検日、16タイプ、尺度と、{ALL_SHEET}の受検日、16タイプのうち、"
            f"訂正した項目が更新されます。{not_sent}"
        )
    return (
        f"この社員の最新の検査結果ではありません。{RUN}{ALL_SHEET}の受検日、16タイプのうち、訂正した項目が更新されます。"
        f"受検日や完了日時の訂正で最新の検査結果が入れ替わる場合は、{LATEST_SHEET}もその内容に更新されます。{not_sent}"
    )


def after_deletion(result: Assessment) -> str:
    """When the result is deleted."""
    if nothing := why_nothing(result):
        return nothing
    standing = standing_of(result)
    if standing.is_only:
        return (
            "この社員のただ1つの検査結果です。削除しても、カオナビのシートに登録済みの内容はそのまま残ります。"
            "不要な場合は、カオナビで削除してください。この社員に別の検査結果を取り込むと、"
            f"{RUN}カオナビに残っているこの検査結果のレコードは取り除かれます。"
        )
    known = "" if standing.is_registered else UNCERTAIN
    removed = f"{ALL_SHEET}からこの検査結果のレコードが取り除かれます。"
    if standing.is_latest:
        return (
            f"この社員の最新の検査結果です。{known}{RUN}{LATEST_SHEET}は"
            f"{standing.next_day:%Y/%m/%d}の検査結果に更新され、{removed}"
        )
    return f"{known}{RUN}{removed}{LATEST_SHEET}は変わりません。"
