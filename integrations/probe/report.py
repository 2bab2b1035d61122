"""Pure: the report, piece by piece, for an administrator to read before it is handed on."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from unicodedata import east_asian_width

from integrations.kaonavi.errors import NotUnderstood
from integrations.kaonavi.wire import Answer
from integrations.probe import words
from integrations.probe.documented import FORM_TOLD, HEADERS, REFUSAL, SHOWN
from integrations.probe.questions import Question
from integrations.probe.shapes import NoJsonError, Shape, shape_of

HEAD = """カオナビ公開APIの応答の形
========================

作成：{at}　製品の版：{version}　尋ねた先：{place}

このファイルには、カオナビが返した値は入っていません。社員番号、氏名、メールアドレス、日付、項目名、シート名、選択肢、
メッセージ、キーとトークンは、どれも書かれていません。書かれているのは、本製品があらかじめ知っているキーの名前、値の種類、
長さと件数の範囲、日付などの書式（数字はすべて 9）、応答コード、ヘッダーの名前だけです。
知らないキーとヘッダーは、名前ではなく長さの範囲で示します。外に渡す前に、一度目を通してください。
読み方：docs/contract.md「応答の形の記録」
"""
OFFICIAL, PRACTICE, ELSEWHERE = "カオナビの公式のアドレス", "練習用のシミュレーター", "KAONAVI_API_URL のアドレス"
INDENT = 2
WIDTH = 52


def opening(at: datetime, version: str, place: str) -> str:
    return HEAD.format(at=f"{at:%Y/%m/%d %H:%M}", version=version, place=place)


def section(number: int, question: Question, lines: Iterator[str]) -> str:
    body = "".join(f"{' ' * INDENT}{line}\n" for line in lines)
    return f"\n■ {number}. {question.title}\n{' ' * INDENT}{question.why}\n{body}"


Earlier = dict[tuple[tuple[str, str], ...], int]
"""Shape → the number of the question that it was told at."""


def told(number: int, question: Question, answer: Answer, seconds: float, earlier: Earlier) -> Iterator[str]:
    """What came back, in lines. A shape that stands in the report already is not told again."""
    fits = "想定どおり" if answer.status in question.expected else "想定と違います"
    wanted = "・".join(map(str, question.expected))
    yield f"応答コード：{answer.status}（{fits}。想定は{wanted}）　所要：{words.time_of(seconds)}"
    yield f"ヘッダー：{'、'.join(headers(answer.headers)) or 'なし'}"
    is_success = 200 <= answer.status < 300
    if question.call.is_head_enough and is_success:
        yield "本文：受け取っていません。"
        return
    yield f"本文：{words.size_of(len(answer.body))}"
    try:
        shape = shape_of(answer.body, question.documented if is_success else REFUSAL)
    except NoJsonError as error:
        yield f"形：{error}"
        return
    yield from told_shape(number, shape, earlier)
    if is_success:
        yield from remarks_on(question, answer)


def told_shape(number: int, shape: Shape, earlier: Earlier) -> Iterator[str]:
    lines = tuple(shape.lines())
    before = earlier.setdefault(lines, number)
    yield f"形：{before} と同じ" if before != number else "形："
    yield from (f"  {padded(path)} {what}" for path, what in lines if before == number)
    yield from (f"注意：{note}" for note in sorted(shape.notes))
    differences = list(shape.differences())
    yield "説明書との違い：" if differences else "説明書との違い：なし"
    yield from (f"  {padded(path)} {what}" for path, what in differences)


def remarks_on(question: Question, answer: Answer) -> Iterator[str]:
    try:
        yield from question.remarks(answer.body)
    except NotUnderstood:
        yield "本製品は、この応答を読み取れません。"


def headers(found: Mapping[str, str]) -> Iterator[str]:
    """The names that are known, with those values that are told; of the others how many and how long."""
    for name in sorted(found.keys() & HEADERS):
        value = found[name].strip()
        if name in SHOWN:
            known = value.lower() in SHOWN[name]
            yield f"{name}（{value.lower() if known else '一覧にない値'}）"
        elif name in FORM_TOLD:
            yield f"{name}（{words.form_of(value) or '文字'}、{words.length_of(value)}）"
        else:
            yield name
    unknown = [name for name in found if name not in HEADERS]
    if unknown:
        lengths = "・".join(sorted({words.length_of(name) for name in unknown}))
        yield f"知らないヘッダー{words.count_of(len(unknown))}（名前は{lengths}）"


def padded(path: str) -> str:
    """In columns also where letters are wide."""
    width = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in path)
    return path + " " * max(1, WIDTH - width)
