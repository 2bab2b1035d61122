"""Small files that unpack, or are read, to far more than they look like. Each comes with words of the sentence that
ends it.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMES = ("メールアドレス", "姓", "備考")
HEADER = f"{','.join(NAMES)}\r\n".encode()
PERSON = "a@example.co.jp,青山,x\r\n".encode()
BLOCK = 10_000
Filling = Iterable[bytes]


def times(filling: bytes, count: int) -> Iterator[bytes]:
    """The filling so many times, in blocks."""
    yield from (filling * min(BLOCK, count - done) for done in range(0, count, BLOCK))


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(line: int, *texts: str) -> str:
    return (
        f'<row r="{line}">{"".join(cell(f"{chr(65 + place)}{line}", text) for place, text in enumerate(texts))}</row>'
    )


ROWS = f"{row(1, *NAMES)}{row(2, 'a@example.co.jp', '青山', 'x')}".encode()


def book(
    *,
    rows: Filling = (),
    after: Filling = (),
    styles: Filling = (),
    texts: Filling = (),
    sheets: Filling = (),
    parts: Iterable[tuple[str, Filling]] = (),
) -> bytes:
    """A workbook of one person, with whatever else stands in its parts."""
    known = {
        "[Content_Types].xml": (b"<Types/>",),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}">'
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>".encode(),
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}">'
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r3" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
            "</Relationships>".encode(),
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="社員" sheetId="1" r:id="r1"/>'.encode(),
            *sheets,
            b"</sheets></workbook>",
        ),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        streams = {
            **known,
            "xl/styles.xml": between(f'<styleSheet xmlns="{MAIN}">', styles, "</styleSheet>"),
            "xl/sharedStrings.xml": between(f'<sst xmlns="{MAIN}">', texts, "</sst>"),
            "xl/worksheets/sheet1.xml": between(
                f'<worksheet xmlns="{MAIN}"><sheetData>', (ROWS, *rows, b"</sheetData>", *after), "</worksheet>"
            ),
            **dict(parts),
        }
        for name, pieces in streams.items():
            with file.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    return made.getvalue()


def between(before: str, filling: Filling, after: str) -> Filling:
    yield before.encode()
    yield from filling
    yield after.encode()


def many_parts(n: int) -> bytes:
    return book(parts=((f"xl/media/{number}.png", ()) for number in range(n * 100 + 1)))


def short_rows(count: int) -> Filling:
    """Rows of one mail address and a name, as short as they can be."""
    return (f'<row><c t="str"><v>{line}@a.jp</v></c><c t="str"><v>x</v></c></row>'.encode() for line in range(count))


NAMED: dict[str, tuple[Callable[[], bytes], str]] = {  # by the specification
    "60 MB of styles": (
        lambda: book(styles=(b"<cellXfs>", *times(b'<xf numFmtId="164" fontId="0"/>', 2_000_000), b"</cellXfs>")),
        "styles.xmlが展開後62 MB、20 MBまで",
    ),
    "a cell in XFD": (
        lambda: book(rows=(f'<row r="3">{cell("XFD3", "x")}</row>'.encode(),)),
        "3行目のXFD列（16,384列目）に値があります。1,000列まで",
    ),
    "300,000 short rows": (lambda: book(rows=short_rows(300_000)), "150,000行まで"),
    "300,000 short rows of CSV": (
        lambda: HEADER + b"".join(f"{line}@a.jp,x\r\n".encode() for line in range(300_000)),
        "150,000行まで",
    ),
    "400,000 unknown columns": (
        lambda: HEADER[:-2] + b"".join(f",c{place}".encode() for place in range(400_000)) + b"\r\n" + PERSON,
        "1行目の400,003列目に値があります。1,000列まで",
    ),
}
# made in so many hundredths of the size that is too much
OTHERS: dict[str, tuple[Callable[[int], bytes], str]] = {
    "a part of 300 MB that nobody needs": (
        lambda n: book(parts=[("xl/theme/theme1.xml", times(b"<a/>" * 100, n * 7_500))]),
        "theme1.xmlが展開後300 MB、50 MBまで",
    ),
    "a workbook's own part of 60 MB": (
        lambda n: book(sheets=times(b"<a/>" * 100, n * 1_500)),
        "workbook.xmlが展開後60 MB、50 MBまで",
    ),
    "parts of 500 MB together": (
        lambda n: book(parts=((f"xl/media/{name}", times(b"0" * 100, n * 4_500)) for name in "abcdefghijkl")),
        "ブックが展開後540 MB、400 MBまで",
    ),
    "many parts": (many_parts, "ブックの中のファイルは10,000個まで"),
    "many sheets": (
        lambda n: book(sheets=times('<sheet name="社員" sheetId="1" r:id="r1"/>'.encode(), n * 100 + 1)),
        "シートは10,000枚まで",
    ),
    "many styles": (
        lambda n: book(
            styles=(b"<cellXfs>", *times(b"<xf/>", n * 6_000), b"</cellXfs>"),
            rows=(b'<row><c s="9"><v>1</v></c></row>',),
        ),
        "ブックの書式は500,000個まで",
    ),
    "a number format of 100,000 characters": (
        lambda n: book(
            styles=(b'<numFmts><numFmt numFmtId="164" formatCode="', *times(b";", n * 1_000), b'"/></numFmts>'),
            rows=(b'<row><c s="9"><v>1</v></c></row>',),
        ),
        "ブックの表示形式は255文字",
    ),
    "many texts": (
        lambda n: book(texts=times(b"<si><t>a</t></si>", n * 16_000), rows=(b'<row><c t="s"><v>0</v></c></row>',)),
        "ブックの中の文字列は1,500,000個まで",
    ),
    "a long text that many cells name": (
        lambda n: book(
            texts=(b"<si><t>", *times(b"a", n * 90_000), b"</t></si>"),
            rows=times(b'<row><c t="s"><v>0</v></c></row>', 1000),
        ),
        "すべてのセルを合わせて100,000,000文字まで",
    ),
    "a long text that many cells of a row name": (
        lambda n: book(
            texts=(b"<si><t>", *times(b"a", n * 90_000), b"</t></si>"),
            rows=(b"<row>", *times(b'<c t="s"><v>0</v></c>', 900), b"</row>"),
        ),
        "1行に10,100,000文字まで",
    ),
    "deep elements": (lambda n: book(rows=times(b"<a>", n * 10_000)), "要素の入れ子は100段まで"),
    "many merged cells": (
        lambda n: book(after=(b"<mergeCells>", *times(b'<mergeCell ref="ZZ1:ZZ2"/>', n * 2_000), b"</mergeCells>")),
        "結合されたセルは100,000か所まで",
    ),
    "a cell of 20 MB in a workbook": (
        lambda n: book(rows=(b'<row><c t="str"><v>', *times(b"a" * 1000, n * 200), b"</v></c></row>")),
        "1行に10,100,000文字まで",
    ),
    "many elements behind the cells": (
        lambda n: book(after=times(b"<a/>", n * 50_000)),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many elements among the cells": (
        lambda n: book(rows=(b"<row><c>", *times(b"<a/>", n * 50_000), b"</c></row>")),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many elements of the workbook itself": (
        lambda n: book(sheets=times(b"<a/>", n * 50_000)),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many elements of the relations": (
        lambda n: book(parts=[("xl/_rels/workbook.xml.rels", between("<a>", times(b"<a/>", n * 50_000), "</a>"))]),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many elements among the texts": (
        lambda n: book(texts=times(b"<a/>", n * 50_000), rows=(b'<row><c t="s"><v>0</v></c></row>',)),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many elements among the styles": (
        lambda n: book(styles=times(b"<a/>", n * 49_000), rows=(b'<row><c s="9"><v>1</v></c></row>',)),
        "セル、文字列、書式のほかの要素は2,000,000個まで",
    ),
    "many blank cells": (
        lambda n: book(rows=times(b"<row>" + b"<c/>" * 900 + b"</row>", n * 100)),
        "ブックの空白のセルは5,000,000個まで",
    ),
    "many values of one cell": (
        lambda n: book(rows=(b"<row><c>", *times(b"<v/>", n * 130_000), b"</c></row>")),
        "セルのほかのタグは12,000,000個まで",
    ),
    "many pieces of one text": (
        lambda n: book(
            texts=(b"<si>", *times(b"<t/>", n * 130_000), b"</si>"), rows=(b'<row><c t="s"><v>0</v></c></row>',)
        ),
        "セルのほかのタグは12,000,000個まで",
    ),
    "many blank rows in a workbook": (
        lambda n: book(rows=times(b"<row/>", n * 11_000)),
        "空白の行を含めて1,048,576行まで",
    ),
    "many blank rows": (lambda n: HEADER + PERSON + b"\n" * (n * 20_000), "空白の行を含めて1,048,576行まで"),
    "many cells": (
        lambda n: HEADER + b"".join([b"," * 999 + b"x\n"] * (n * 101)),
        "すべての行を合わせて10,000,000個のセルまで",
    ),
    "one enormous field": (
        lambda n: HEADER + b"a" * (n * 400_000),
        "2行目からの1行が10,100,000文字または1,000,000個の値を超えています",
    ),
    "an enormous header": (
        lambda n: b"a" * (n * 400_000),
        "1行目からの1行が10,100,000文字または1,000,000個の値を超えています",
    ),
    "a quote that never closes": (
        lambda n: HEADER + b'"' + b"a@example.co.jp,x\r\n" * (n * 10_000),
        '引用符「"」が閉じていない可能性があります',
    ),
    "one row of many quoted lines": (
        lambda n: HEADER + b'"a\n",' * (n * 40_000),
        "2行目からの1行が10,100,000文字または1,000,000個の値を超えています",
    ),
}
UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "entities that grow": (
        lambda: book(
            parts=[
                (
                    "xl/worksheets/sheet1.xml",
                    (b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',),
                )
            ]
        ),
        "Excel ブック（.xlsx）のシートが壊れています。",
    ),
    "many comments before something that is no page": (lambda: b"<!---->" * 500 + b"x", ""),
    "many byte order marks": (lambda: b"\xef\xbb\xbf" * 100_000, ""),
}
