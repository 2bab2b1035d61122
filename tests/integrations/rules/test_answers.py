"""A key that nobody has in an answer, and where in it each element stood."""

from itertools import islice

import pytest

from integrations.kaonavi.errors import AnswerChanged
from integrations.kaonavi.types import Members, Unreadable
from integrations.rules.answers import DEPARTMENT_KEYS, MEMBER_KEYS, check_keys, positions


def test_an_answer_without_a_key_that_is_needed_is_refused_with_its_word():
    check_keys({"retired_date"}, MEMBER_KEYS)
    check_keys((), DEPARTMENT_KEYS)
    with pytest.raises(AnswerChanged) as refused:
        check_keys({"mail", "code", "retired_date"}, MEMBER_KEYS)
    assert "社員番号（code）、メール（mail）" in str(refused.value)


def test_the_readable_elements_stood_where_no_unreadable_one_did():
    answer = Members((), (Unreadable(1, "", ""), Unreadable(3, "", "")))
    assert list(islice(positions(answer), 3)) == [2, 4, 5]
    assert list(islice(positions(Members((), ())), 2)) == [1, 2]
