"""What can be a mail address, told twice: as one expression, and as the sentences that it stands for."""

from hypothesis import given
from hypothesis import strategies as st

from employees.rules import is_mail


def is_mail_in_words(text):
    if not text.isascii() or not text.isprintable() or " " in text or text.count("@") != 1:
        return False
    name, _, domain = text.partition("@")
    return name != "" and "." in domain


@given(st.text(st.sampled_from("a.@ -/?A~\n\x7f\0あ"), max_size=8))
def test_the_expression_says_what_the_sentences_say(text):
    assert is_mail(text) == is_mail_in_words(text)


def test_a_long_domain_of_points_takes_no_long_search():
    assert not is_mail("a@" + "." * 100_000 + " ")
