"""The ' before what a spreadsheet would take for a formula goes out and comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.files.error_file import is_formula
from integrations.files.safe_cell import quoted, quoted_for_text_cell, unquoted

texts = st.text(max_size=6) | st.text(st.sampled_from("'=+-@＝ \t\u200ba"), max_size=6)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1", "'=1"), ("-", "'-"), ("＋α", "'＋α"), ("'=1", "''=1"), ("'", "'"), ("O'Neil", "O'Neil"), ("課長", "課長")],
)
def test_only_formulas_and_what_looks_like_a_quoted_one_are_quoted(text, cell):
    assert (quoted(text), unquoted(cell)) == (cell, text)


@given(texts)
def test_no_cell_of_a_csv_is_a_formula_and_each_means_what_it_was(text):
    assert not is_formula(quoted(text))
    assert unquoted(quoted(text)) == text.replace("\0", "")


@given(texts)
def test_a_text_cell_is_quoted_only_where_the_quote_would_be_lost(text):
    cell = quoted_for_text_cell(text)
    assert unquoted(cell) == text
    assert cell == text or text.startswith("'")
