"""「カオナビの選択肢に合わせる」: what 連携チェック has read of the item 16タイプ becomes our types, after a look at what that does."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.methods import require_post
from accounts.requests import person
from accounts.rights import Right, needs
from assessments.adoption import OwnType, adopt, own_types, plan_adoption
from assessments.models import PersonalityType
from assessments.name_lookup import fold_name
from assessments.reference_views import CROSSED
from assessments.scope import sees_types

MOST_OPTIONS = 200
LONGEST_OPTION = PersonalityType._meta.get_field("name").max_length or 0
NEEDS_RESULTS = "カオナビの選択肢に合わせるには、全社の検査結果を見る権限が必要です。"
UNFIT = f"カオナビの選択肢を取り込めませんでした。選択肢は{MOST_OPTIONS}個まで、1つ{LONGEST_OPTION}文字までです。"


@needs(Right.EDIT_REFERENCE)
@require_post
def adopt_types(request: HttpRequest) -> HttpResponse:
    """Without `confirmed` the page that says what would be done; with it, that is done.

    `option` holds the sheet's options, `meant-CODE` the one that a type in use stands for.
    """
    if not sees_types(request.user):  # what becomes of a type tells whether results have it
        messages.error(request, NEEDS_RESULTS)
        return redirect("assessments:reference")
    options = [text.replace("\0", "").strip() for text in request.POST.getlist("option")]
    if not options or len(options) > MOST_OPTIONS or any(len(option) > LONGEST_OPTION for option in options):
        messages.error(request, UNFIT)
        return redirect("assessments:reference")
    rows = {row.code: row for row in own_types()}
    meant = {code: request.POST.get(f"meant-{code}", "") for code in rows}
    meant = {code: option for code, option in meant.items() if option}
    if "confirmed" in request.POST and len(set(map(fold_name, meant.values()))) == len(meant):
        return confirmed(request, options, meant)
    plan = plan_adoption([OwnType.of(row) for row in rows.values()], options)
    context = {
        "options": options,
        "plan": plan,
        "renamed": [(rows[code], option) for code, option in plan.renamed.items()],
        "removed": [rows[code] for code in plan.removed],
        "undecided": [(rows[code], meant.get(code, "")) for code in plan.undecided],
        "unlisted": [rows[code] for code in plan.unlisted],
        "error": "同じ選択肢を2つのタイプに選ぶことはできません。" if "confirmed" in request.POST else "",
    }
    return render(request, "assessments/adopt_types.html", context)


def confirmed(request: HttpRequest, options: list[str], meant: dict[str, str]) -> HttpResponse:
    """Take the options over, say what that came to, and lead to the types."""
    try:
        plan = adopt(options, meant, by=person(request))
    except IntegrityError:
        messages.error(request, CROSSED)
    else:
        counts = f"名前の変更 {len(plan.renamed)}件、登録 {len(plan.added)}件、削除 {len(plan.removed)}件"
        left = (
            f"。検査結果で使われている仮の名前{len(plan.undecided)}件は、そのまま残しました" if plan.undecided else ""
        )
        messages.success(request, f"16タイプをカオナビの選択肢に合わせました（{counts}）{left}")
    return redirect("assessments:reference")
