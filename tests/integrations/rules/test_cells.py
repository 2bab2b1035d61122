"""Cells of which the reader of a file knows more than their text: by the column they are settled or refused."""

import pytest

from integrations.reasons import Reason
from integrations.rules.cells import (
    Cells,
    Cleaned,
    Day,
    Deliberate,
    Formatted,
    Lost,
    Midnight,
    Refused,
    Sort,
    refused,
    sorts_of,
    was_lost_before,
    words_of,
)
from integrations.rules.headings import find_columns
from integrations.rules.plan import finding

DAY, MIDNIGHT, TOLD = Day("2026/01/02"), Midnight("2026/01/02"), Deliberate("001")
FORMATTED, CLEANED = Formatted.of("1,234円", "1234"), Cleaned.of("青\u200b山", "青山", "U+200B")
SURE, PERHAPS = (Lost.of("山?", "?", is_certain=certain) for certain in (True, False))


def test_a_cell_is_its_text_and_what_its_reader_knows_of_it():
    lost, formatted = Lost.of("山?", "?", is_certain=True), Formatted.of("1,234円", "1234")
    cleaned, day = (
        Cleaned.of("青\u200b山", "青山", "U+200B"),
        Refused.because(Reason.FILE_CELL_IS_DATE, "x", format="y"),
    )
    assert [lost, formatted, cleaned, day] == ["山?", "1,234円", "青\u200b山", "x"]
    assert (lost.reason, lost.words, lost.is_certain) == (Reason.FILE_CHARACTER_LOST, {"lost": "?"}, True)
    assert not Lost.of("山?", "?", is_certain=False).is_certain
    assert (formatted.plain, cleaned.seen, cleaned.removed) == ("1234", "青山", "U+200B")
    assert (day.reason, day.words) == (Reason.FILE_CELL_IS_DATE, {"format": "y"})


def test_a_row_of_plain_texts_is_handed_on_as_it_is():
    row = ["青山", "", "課長"]
    assert Cells({0: Sort.TEXT}).settled(row) is row


@pytest.mark.parametrize(
    ("cell", "sort", "settled"),
    [
        (DAY, Sort.FREE_TEXT, "2026/01/02"),
        (DAY, Sort.DAY, "2026/01/02"),
        (DAY, Sort.MOMENT, "2026/01/02"),
        (MIDNIGHT, Sort.MOMENT, "2026/01/02 00:00"),
        (MIDNIGHT, Sort.DAY, "2026/01/02"),
        (TOLD, Sort.TEXT, "001"),
        (FORMATTED, Sort.TEXT, "1,234円"),
        (FORMATTED, Sort.FREE_TEXT, "1,234円"),
        (FORMATTED, Sort.NUMBER, "1234"),
        (FORMATTED, Sort.DAY, "1234"),
        (CLEANED, Sort.TEXT, "青山"),
        (PERHAPS, Sort.FREE_TEXT, "山?"),
    ],
)
def test_a_cell_becomes_a_plain_text(cell: str, sort: Sort, settled: str):
    (text,) = Cells({0: sort}).settled([cell])
    assert (type(text), text) == (str, settled)


@pytest.mark.parametrize(
    ("cell", "sort", "reason"),
    [
        (DAY, Sort.TEXT, "FILE_CELL_IS_DATE"),
        (MIDNIGHT, Sort.TEXT, "FILE_CELL_IS_DATE"),
        (PERHAPS, Sort.TEXT, "FILE_CHARACTER_LOST"),
        (PERHAPS, Sort.DAY, "FILE_CHARACTER_LOST"),
        (SURE, Sort.FREE_TEXT, "FILE_CHARACTER_LOST"),
    ],
)
def test_what_must_not_be_stored_is_refused(cell: str, sort: Sort, reason: str):
    (text,) = Cells({0: sort}).settled([cell])
    assert isinstance(text, Refused)
    assert (text, text.reason) == (str(cell), reason)


def test_what_stands_in_other_columns_does_not_matter():
    cells = Cells({1: Sort.TEXT})
    settled = cells.settled([DAY, "青山", SURE, FORMATTED, CLEANED])
    assert settled == ["2026/01/02", "青山", "山?", "1,234円", "青\u200b山"]
    assert {type(text) for text in settled} == {str}
    assert list(cells.remarks(str)) == []


def test_each_column_is_told_of_once_with_how_many_and_without_anybodys_value():
    cells = Cells({0: Sort.TEXT, 1: Sort.FREE_TEXT, 2: Sort.TEXT, 3: Sort.NUMBER})
    other = Cleaned.of("\u00ad", "", "U+00AD")
    rows = [[CLEANED, FORMATTED, FORMATTED, FORMATTED], [CLEANED, Formatted.of("5円", "5"), "x", "x"]]
    for row in [*rows, [other, "x", "x", "x"]]:
        cells.settled(row)
    assert list(cells.remarks("列{}".format)) == [
        finding("FILE_NUMBER_FORMATTED", field="列1", value="0,000円", count="2"),
        finding("FILE_NUMBER_FORMATTED", field="列2", value="0,000円", count="1"),
        finding("FILE_INVISIBLE_CHARACTER", field="列0", value="U+200B", count="2"),
        finding("FILE_INVISIBLE_CHARACTER", field="列0", value="U+00AD", count="1"),
    ]


def test_a_thousand_cells_are_counted_as_people_write_it():
    cells = Cells({0: Sort.TEXT})
    for _ in range(1000):
        cells.settled([FORMATTED])
        cells.settled([CLEANED])
    assert [remark.params for remark in cells.remarks(str)] == [{"count": "1,000"}] * 2


def test_what_we_have_with_the_lost_character_this_file_did_not_lose():
    assert was_lost_before(Lost.of(" 山? ", "?", is_certain=True), "山?")
    assert not was_lost_before(SURE, "山")
    assert not was_lost_before(Refused.because("FILE_CELL_IS_DATE", "山?"), "山?")


def test_a_sentence_quotes_the_cell_and_what_was_lost():
    assert words_of(Lost.of(" 山? ", "?", is_certain=True)) == {"value": "山?", "lost": "?"}
    assert words_of(Refused.because("FILE_CELL_IS_DATE", "x" * 300)) == {"value": "x" * 253 + "…"}


def test_a_column_of_no_sort_is_a_text():
    assert sorts_of({"姓": 0, "生年月日": 3}, {"生年月日": Sort.DAY}) == {0: Sort.TEXT, 3: Sort.DAY}


def test_of_the_columns_that_are_taken_what_must_not_be_stored_is_told_by_their_names():
    columns, _ = find_columns(["備考", "役職", "姓", "名"], ["姓", "名", "役職"], [])
    assert refused([SURE, PERHAPS, "青山", SURE], columns) == [("役職", PERHAPS), ("名", SURE)]
    assert refused([SURE, "課長", "青山", "直樹"], columns) == []
    assert refused(["x", "課長", "青山"], columns) == []
