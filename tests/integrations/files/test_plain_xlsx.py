"""What is read of a workbook without a parser is what the parser would have told, whatever the XML looks like."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from integrations.files import xlsx_package
from integrations.files.read_xlsx import read_workbook
from integrations.files.refusals import FileRefusedError
from integrations.files.xlsx_book import Texts
from integrations.files.xlsx_sheet import SheetReading
from tests.factories.findings import file_sentence
from tests.integrations.files.heavy import between, book

STYLES = (
    b'<numFmts count="4"><numFmt numFmtId="164" formatCode="000000"/>'
    b'<numFmt numFmtId="165" formatCode="yyyy/m/d h:mm"/>'
    b'<numFmt numFmtId="166" formatCode="0%"/><numFmt numFmtId="167" formatCode="&quot;A&quot;000"/></numFmts>'
    b'<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>'
    b'<xf numFmtId="49" quotePrefix="1"/><xf numFmtId="27"/><xf numFmtId="2"/></cellXfs>'
)
TEXTS = [
    "<t>青山</t>",
    '<t>青山</t><rPh sb="0" eb="2"><t>アオヤマ</t></rPh><phoneticPr fontId="1"/>',
    '<t xml:space="preserve"> a&amp;b </t>',
    "<r><t>太</t></r><r><rPr/><t>郎</t></r>",
    "<t>_x000D_0012</t>",
    "<t/>",
    "<t>12</t><!-- x -->",
]
NUMBERS = ["0", "12", "0012", "45000", "45000.5", "0.1", "1E3", "123456789012345678", "-3", "61.50", "", "x", "2958466"]
WORDS = [
    "",
    "0012",
    "1001",
    "=1+1",
    "a&amp;b",
    "&lt;b&gt;",
    "&#65;",
    "_x000D_",
    "a\nb",
    "a\r\nb",
    " x ",
    "髙",
    "\x01",
    "&x;",
    "]]>",
]
numbers, words = st.sampled_from(NUMBERS), st.sampled_from(WORDS)
places = st.sampled_from(["0", "1", "2", "3", "4", "5", "6", "99", "-1"])
VALUES = {
    "": numbers,
    ' t="n"': numbers,
    ' t="s"': places,
    ' t="b"': st.sampled_from(["0", "1", "x"]),
    ' t="e"': st.sampled_from(["#N/A", "#REF!", ""]),
    ' t="str"': words,
    ' t="d"': st.sampled_from(["2026-04-01", "2026-04-01T09:30:00", "x"]),
}
FORMULAS = ["<f>A1&amp;B1</f>", '<f t="shared" si="0"/>', "<f>1+1</f>"]
ODD = [
    "<!-- </row> -->",
    " ",
    "\n",
    "<x/>",
    "<![CDATA[<c]]>",
    "<?x </row>?>",
    "&amp;",
    "x",
    "<is><t>y</t></is>",
    '<x xmlns="urn:x"><row r="9"></row></x>',
]
seldom = st.integers(0, 19).map(lambda side: side == 0)


@st.composite
def cells(draw: st.DrawFn, line: int, column: str) -> str:
    style = draw(st.sampled_from(["", "", *(f' s="{number}"' for number in range(10))]))
    kind = draw(st.sampled_from([*VALUES, ' t="inlineStr"']))
    attributes = f' r="{column}{line}"{style}{kind}'
    if draw(seldom):
        attributes = draw(
            st.sampled_from(
                [f'{kind} r="{column}{line}"', f"{style}{kind}", f'{attributes} cm="1"', f"{attributes}{style}"]
            )
        )
    if draw(seldom):
        return f"<c{attributes}{draw(st.sampled_from(['/>', ' />', '></c>']))}"
    if kind == ' t="inlineStr"':
        space = draw(st.sampled_from(["", ' xml:space="preserve"']))
        inside = f"<is><t{space}>{draw(words)}</t></is>"
    else:
        formula = draw(st.sampled_from(FORMULAS)) if draw(seldom) else ""
        inside = formula + ("" if draw(seldom) else f"<v>{draw(VALUES[kind])}</v>")
    odd = draw(st.sampled_from(ODD)) if draw(seldom) else ""
    return f"<c{attributes}>{inside}{odd}</c>"


@st.composite
def rows(draw: st.DrawFn) -> bytes:
    """Rows as many programs write them, most of them in the same way."""
    made = []
    head = draw(st.sampled_from(["", ' spans="1:4"', ' spans="1:4" ht="18.75" customHeight="1"']))
    columns = draw(
        st.sampled_from([["A", "B", "C", "D"], ["A", "C"], ["B", "A", "B"], ["A", "AB", "ZZ"], ["A", "XFD"], []])
    )
    for line in range(3, 3 + draw(st.integers(0, 9))):
        other = draw(
            st.sampled_from(
                [' hidden="1"', ' hidden="false"', ' xmlns="urn:x"', ' s="1"', "/", ' spans="1:4" spans="1:4"']
            )
        )
        attributes = f' r="{line}"{other if draw(seldom) else head}'
        if draw(seldom):
            attributes = draw(st.sampled_from(["", head, f'{head} r="{line}"']))
        inside = "".join(draw(cells(line, column)) for column in columns)
        odd = draw(st.sampled_from(ODD)) if draw(seldom) else ""
        made.append(f"<row{attributes}{odd}" if attributes.endswith("/") else f"<row{attributes}>{inside}</row>{odd}")
    content = "".join(made).encode()
    if content and draw(seldom):
        place = draw(st.integers(0, len(content) - 1))
        content = content[:place] + draw(st.binary(max_size=2)) + content[place + 1 :]
    return content


def told(content: bytes) -> object:
    """All that is known of a file: header, rows with the kinds of their cells, warnings; or why it is refused."""
    try:
        table = read_workbook(content)
        found = [
            (line, [(type(cell), cell, getattr(cell, "reason", None)) for cell in cells]) for line, cells in table.rows
        ]
    except FileRefusedError as error:
        return [file_sentence(problem) for problem in error.issues]
    return table.header, found, [file_sentence(note) for note in table.notes]


@given(
    inside=rows(),
    texts=st.lists(st.sampled_from(TEXTS), min_size=5, max_size=20),
    piece=st.sampled_from([40, 300, 2000]),
)
def test_both_ways_of_reading_tell_the_same(inside, texts, piece):
    content = book(rows=(inside,), styles=(STYLES,), texts=(f"<si>{text}</si>".encode() for text in texts))
    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx_package, "PIECE", piece)
        for listener in (SheetReading, Texts):
            take = listener.take
            patch.setattr(listener, "take", lambda self, text, take=take: taken.append(take(self, text)) or taken[-1])
        ours = told(content)
        for listener in (SheetReading, Texts):
            patch.setattr(listener, "take", lambda *_: False)
        assert ours == told(content)
    event(f"some of it plain: {any(taken)}")


def test_a_workbook_as_programs_write_it_needs_the_parser_for_its_first_piece_alone(monkeypatch):
    monkeypatch.setattr(xlsx_package, "PIECE", 300)
    heard = []
    start = SheetReading.start
    monkeypatch.setattr(SheetReading, "start", lambda *told: heard.append(told[1]) or start(*told))
    lines = "".join(
        f'<row r="{line}" spans="1:3"><c r="A{line}" s="2"><v>{line}</v></c><c r="B{line}" t="s"><v>0</v></c>'
        f'<c r="C{line}" s="1"><v>45000</v></c></row>'
        for line in range(3, 103)
    )
    texts = (b'<si><t>a</t><phoneticPr fontId="1"/></si>' for _ in range(50))
    content = book(rows=(lines.encode(),), styles=(STYLES,), texts=texts)
    table = read_workbook(content)
    assert list(table.rows)[-1] == (102, ["000102", "a", "2023/03/15"])
    assert len([name for name in heard if name.endswith(" row")]) < 20


def test_the_clock_of_1904_counts_in_both_ways(monkeypatch):
    monkeypatch.setattr(xlsx_package, "PIECE", 100)
    days = "".join(f'<row r="{line}"><c r="A{line}" s="1"><v>{line}</v></c></row>' for line in range(3, 30))
    properties = between("", (b'<workbookPr date1904="1"/>',), "")
    table = read_workbook(book(rows=(days.encode(),), styles=(STYLES,), sheets=properties))
    assert list(table.rows)[-1] == (29, ["1904/01/30"])
