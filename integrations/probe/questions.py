"""Pure: what カオナビ is asked, in order; nothing of it changes anything there.

The questions are those of `tests/contract/test_reads.py`, and those of `docs/kaonavi.md` that a read can answer.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from integrations.kaonavi import decode, wire
from integrations.kaonavi.errors import NotUnderstood
from integrations.kaonavi.types import SINGLE_RECORD, SheetLayout
from integrations.kaonavi.wire import Answer, Call
from integrations.probe import documented, words
from integrations.probe.documented import Documented
from integrations.rules.results.sheets import KINDS, find_sheet

NO_ID = 2_000_000_000  # of no sheet and no task
MADE_UP = "made-up"
MOST_STRANGERS = 3  # sheets that are not ours, of which only the status is asked
WELL, REFUSED = (200,), (400, 401, 403, 404, 422)

Remarks = Callable[[bytes], Iterable[str]]


def nothing_more(_: bytes) -> Iterable[str]:
    return ()


class Question(NamedTuple):
    """One call. `expected` are the statuses that the product reckons with, `documented` is the shape of a success.

    `token` stands in for ours; `secret_is_wrong`: the token is asked for with a secret that is none. `remarks` says
    what else is to be known of a success.
    """

    title: str
    why: str
    call: Call
    expected: tuple[int, ...] = WELL
    documented: Documented = {}
    remarks: Remarks = nothing_more
    token: str = ""
    secret_is_wrong: bool = False


Script = Generator[Question, Answer | None, None]
"""Yields questions; is sent what came back, or None where nothing came."""

TOKEN = Question(
    "アクセストークン（POST /token）",
    "トークンの有効期間のキーの名前と長さを知るため。",
    wire.TOKEN,
    documented=documented.TOKEN,
)


def reads(today: date) -> Script:
    """Everything that is asked by reading."""
    yield TOKEN
    yield from about_keys()
    yield from about_people(today)
    layouts = yield from about_layouts()
    yield from about_sheets(layouts)
    yield from about_others()


def about_keys() -> Script:
    yield Question(
        "誤ったシークレットでのトークン（POST /token）",
        "キーの誤りがどう返るかを知るため。カオナビのアクセスログに1件残ります。",
        wire.TOKEN,
        expected=(400, 401),
        secret_is_wrong=True,
    )
    yield Question(
        "でたらめなトークンでのメンバー（GET /members）",
        "無効なトークンがどう返るかを知るため。",
        wire.MEMBERS,
        expected=(401,),
        token=MADE_UP,
    )


def about_people(today: date) -> Script:
    plain = yield Question(
        "基本情報のレイアウト（GET /member_layouts）",
        "項目の型と、その書き方を知るため。",
        wire.MEMBER_LAYOUT,
        documented=documented.MEMBER_LAYOUT,
        remarks=of_member_layout,
    )
    yield Question(
        "計算式を含む基本情報のレイアウト（GET /member_layouts?get_calc_type=true）",
        "計算式の項目が、求めたときだけ現れるかを知るため。",
        with_query(wire.MEMBER_LAYOUT, get_calc_type="true"),
        documented=documented.MEMBER_LAYOUT,
        remarks=partial(of_calculated_items, plain.body if plain else b""),
    )
    everybody = yield Question(
        "メンバー（GET /members）",
        "空欄、日付、所属のない人の書き方と、項目の過不足を知るため。",
        wire.MEMBERS,
        documented=documented.MEMBERS,
        remarks=partial(of_members, plain.body if plain else b""),
    )
    yield Question(
        "明日以降に更新されたメンバー（GET /members?updated_since=…）",
        "更新日による絞り込みがあるかを知るため。",
        with_query(wire.MEMBERS, updated_since=(today + timedelta(days=1)).isoformat()),
        documented=documented.MEMBERS,
        remarks=partial(of_recent_members, everybody.body if everybody else b""),
    )
    yield Question(
        "所属ツリー（GET /departments）",
        "所属ツリーにチェックマークが要るかと、並び順の書き方を知るため。",
        wire.DEPARTMENTS,
        documented=documented.DEPARTMENTS,
        remarks=of_departments,
    )


def about_layouts() -> Generator[Question, Answer | None, Sequence[SheetLayout]]:
    """Returns the layouts that could be read."""
    answer = yield Question(
        "シートのレイアウト（GET /sheet_layouts）",
        "チェックマークのないシートも見えるかと、項目の型の書き方を知るため。",
        wire.sheet_layouts(calculated=False),
        documented=documented.SHEET_LAYOUTS,
        remarks=of_sheet_layouts,
    )
    yield Question(
        "計算式を含むシートのレイアウト（GET /sheet_layouts?get_calc_type=true）",
        "計算式の項目が、求めたときだけ現れるかを知るため。",
        wire.sheet_layouts(calculated=True),
        documented=documented.SHEET_LAYOUTS,
    )
    layouts = layouts_in(answer)
    ours = [found for kind in KINDS if (found := find_sheet(layouts, kind))]
    for layout in ours[:1]:
        yield Question(
            "1つのシートのレイアウト（GET /sheet_layouts/番号）",
            "1つだけ求めたときの形を知るため。",
            get(f"/sheet_layouts/{layout.id}"),
            documented=documented.SHEET_LAYOUT,
        )
    return layouts


def about_sheets(layouts: Sequence[SheetLayout]) -> Script:
    ours = [(kind, found) for kind in KINDS if (found := find_sheet(layouts, kind))]
    for kind, layout in ours:
        yield Question(
            f"シート「{kind.name}」（GET /sheets/番号）",
            "レコードと値の書き方を知るため。",
            wire.sheet(layout.id),
            expected=(200, 401, 403),
            documented=documented.SHEET,
            remarks=partial(of_sheet, layout.id),
        )
    known = {layout.id for _, layout in ours}
    for number, layout in enumerate([each for each in layouts if each.id not in known][:MOST_STRANGERS], start=1):
        yield Question(
            f"ほかのシート {number}（GET /sheets/番号）",
            "チェックマークのないシートがどう返るかを知るため。読み取れる場合、本文は受け取りません。",
            head(wire.sheet(layout.id)),
            expected=(200, 401, 403),
        )
    yield Question(
        "存在しないシート（GET /sheets/番号）",
        "存在しないシートがどう返るかを知るため。",
        wire.sheet(NO_ID),
        expected=(404,),
    )
    yield Question(
        "存在しないシートのレイアウト（GET /sheet_layouts/番号）",
        "同上。",
        get(f"/sheet_layouts/{NO_ID}"),
        expected=(404,),
    )


def about_others() -> Script:
    yield Question(
        "存在しないタスク（GET /tasks/番号）",
        "古いタスクを尋ねたときの返り方を知るため。",
        wire.task(NO_ID),
        expected=REFUSED,
    )
    yield Question(
        "選択肢のマスター（GET /enum_options）",
        "選択肢がどう見えるか、またはチェックマークのない操作がどう返るかを知るため。",
        get("/enum_options"),
        expected=(200, 401, 403),
        documented=documented.OPTIONS,
    )
    yield Question(
        "Webhookの設定（GET /webhook）",
        "Webhookの設定が読み取れるかと、その形を知るため。",
        get("/webhook"),
        expected=(200, 401, 403),
        documented=documented.WEBHOOKS,
    )
    for what, path in (("ログインユーザー", "/users"), ("顔写真", "/members/face_image")):
        yield Question(
            f"{what}（GET {path}）",
            "本製品が使わない操作がどう返るかを知るため。読み取れる場合、本文は受け取りません。",
            head(get(path)),
            expected=(200, 401, 403),
        )
    yield Question(
        "存在しないアドレス（GET /no-such-address）",
        "アドレスの誤りがどう返るかを知るため。",
        get("/no-such-address"),
        expected=(403, 404),
    )


def get(path: str) -> Call:
    return Call("GET", path, path, path)


def head(call: Call) -> Call:
    """The same, without the body of a success."""
    return Call(call.method, call.path, call.resource, call.target, is_head_enough=True)


def with_query(call: Call, **query: str) -> Call:
    return Call(call.method, call.path, call.resource, call.target, query=query)


def layouts_in(answer: Answer | None) -> Sequence[SheetLayout]:
    try:
        return decode.sheet_layouts(answer.body).items if answer and answer.status == 200 else ()
    except NotUnderstood:
        return ()


# What is to be known of a success beside its shape. Each raises NotUnderstood where the product could not read it.


def of_members(layout: bytes, body: bytes) -> Iterable[str]:
    members = decode.members(body)
    yield from readable(len(members.unreadable), "メンバー")
    yield repeated("社員番号", [each.code for each in members.items])
    if members.absent:
        yield f"どのメンバーにもないキー：{'、'.join(sorted(members.absent & documented.KEYS))}"
    known = items_of(layout)
    if known is not None:
        strange = {number for each in members.items for number in each.custom} - known
        yield f"レイアウトにない項目：{'あり' if strange else 'なし'}"


def of_recent_members(everybody: bytes, body: bytes) -> Iterable[str]:
    recent, whole = (len(decode.members(each).items) for each in (body, everybody or body))
    if everybody:
        yield f"絞り込み：{'効いている' if recent < whole else '効いていないか、もともと誰もいない'}"


def of_departments(body: bytes) -> Iterable[str]:
    tree = decode.departments(body)
    codes = {each.code for each in tree.items}
    yield from readable(len(tree.unreadable), "所属")
    yield repeated("所属コード", [each.code for each in tree.items])
    yield f"一覧にない上位所属：{'あり' if {each.parent_code for each in tree.items} - codes - {''} else 'なし'}"


def of_member_layout(body: bytes) -> Iterable[str]:
    yield f"独自項目：{words.count_of(len(decode.member_layout(body).custom_items))}"


def of_calculated_items(plain: bytes, body: bytes) -> Iterable[str]:
    layout, known = decode.member_layout(body).custom_items, items_of(plain)
    if known is not None:
        more = [item for item in layout if item.id not in known]
        yield f"増えた項目：{words.count_of(len(more))}"
        yield f"増えた項目は計算式だけ：{'はい' if all(item.type == 'calc' for item in more) else 'いいえ'}"


def of_sheet_layouts(body: bytes) -> Iterable[str]:
    layouts = decode.sheet_layouts(body)
    yield from readable(len(layouts.unreadable), "シート")
    for kind in KINDS:
        yield f"シート「{kind.name}」：{'あり' if find_sheet(layouts.items, kind) else 'なし'}"


def of_sheet(number: int, body: bytes) -> Iterable[str]:
    sheet = decode.sheet(body, number)
    yield from readable(len(sheet.unreadable), "メンバー")
    yield repeated("社員番号", [each.code for each in sheet.members])
    if sheet.record_type == SINGLE_RECORD:
        several = any(len(each.records) > 1 for each in sheet.members)
        yield f"単一レコードなのに2件以上ある人：{'あり' if several else 'なし'}"


def items_of(layout: bytes) -> set[int] | None:
    """The ids of a layout's own items; None where it could not be read."""
    try:
        return {item.id for item in decode.member_layout(layout).custom_items}
    except NotUnderstood:
        return None


def readable(unreadable: int, what: str) -> Iterable[str]:
    yield f"本製品が読み取れない{what}：{'なし' if not unreadable else words.count_of(unreadable)}"


def repeated(what: str, values: Sequence[str]) -> str:
    times = Counter(values)
    blank = "、空欄あり" if times[""] else ""
    return f"{what}の重複：{'あり' if any(number > 1 for number in times.values()) else 'なし'}{blank}"
