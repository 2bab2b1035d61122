"""Whatever status, headers and body come back, the answer is a success or one of the errors that say what to do
next.
"""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.kaonavi import decode, errors, wire
from integrations.kaonavi.errors import KaonaviError, MustWait

UPDATE = wire.sheet_update(71, [], dry_run=False)
CALLS = [wire.TOKEN, wire.MEMBERS, wire.sheet(71), wire.task(7), UPDATE]
MARK = "ひみつ"

dates = st.from_regex(
    r"(Mon|Fri|Xyz), [0-9]{1,2} (Jan|Apr|Xyz) [0-9]{1,5} [0-9:.]{1,9}( [+-]?[A-Z0-9]{1,6})?", fullmatch=True
)
told = st.text(max_size=30) | dates | st.integers().map(str) | st.floats().map(str)
headers = st.dictionaries(st.sampled_from(["retry-after", "date", "location", "content-type"]), told)
messages = st.lists(st.text(max_size=5) | st.none() | st.integers(), max_size=3) | st.text(max_size=5)
bodies = st.binary(max_size=30) | st.dictionaries(st.sampled_from(["errors", "message"]), messages).map(
    lambda body: json.dumps(body).encode()
)


def outcome(call: wire.Call, status: int, headers: dict[str, str], body: bytes = b"") -> Exception | bytes:
    try:
        return wire.body_in(call, wire.Answer(status, headers, body), now=1_775_174_400.0, jitter=0.5)
    except (KaonaviError, MustWait) as error:
        return error


@given(st.sampled_from(CALLS), st.integers(100, 999), headers, bodies)
@example(wire.MEMBERS, 429, {"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"}, b"")
@example(wire.MEMBERS, 429, {"retry-after": "Mon, 01 Jan 0001 00:00:00"}, b"")
@example(wire.MEMBERS, 429, {"retry-after": "Mon, 01 Jan 2026 00:00:00 +9999999999"}, b"")
def test_it_never_crashes(call: wire.Call, status: int, headers: dict[str, str], body: bytes):
    result = outcome(call, status, headers, body)
    assert isinstance(result, bytes) == (200 <= status < 300 and not decode.complaints(body))
    if isinstance(result, MustWait):
        assert 1 <= result.seconds <= 3600
        assert 1 <= result.after(3) <= 3600


@given(st.integers(300, 999), headers)
def test_an_update_was_certainly_not_accepted_only_where_the_status_says_so(status: int, headers: dict[str, str]):
    result = outcome(UPDATE, status, headers)
    is_refusal = 400 <= status < 500 and status != 408
    assert getattr(result, "outcome_unknown", False) is not is_refusal
    assert getattr(outcome(wire.MEMBERS, status, headers), "outcome_unknown", False) is False


@given(
    st.integers(200, 999),
    st.lists(st.text(min_size=1, max_size=5).map(lambda text: MARK + text), min_size=1, max_size=3),
)
def test_the_words_of_a_refusal_are_kept_apart_from_our_own(status: int, words: list[str]):
    result = outcome(wire.MEMBERS, status, {}, json.dumps({"errors": words}).encode())
    assert MARK not in str(result)
    assert isinstance(result, KaonaviError | MustWait)
    assert result.messages == tuple(dict.fromkeys(words))


@pytest.mark.parametrize(
    ("status", "of_a_token", "of_a_read", "of_an_update"),
    [
        (302, "NotUnderstood", "NotUnderstood", "NotUnderstood"),
        (400, "CredentialsRefused", "RequestRefused", "RequestRefused"),
        (401, "CredentialsRefused", "TokenRefused", "TokenRefused"),
        (403, "RequestRefused", "NotPermitted", "NotPermitted"),
        (404, "NotFound", "NotFound", "NotFound"),
        (407, "ProxyRefused", "ProxyRefused", "ProxyRefused"),
        (408, "Unavailable", "Unavailable", "Unavailable"),
        (413, "TooLarge", "TooLarge", "TooLarge"),
        (422, "RequestRefused", "RequestRefused", "RequestRefused"),
        (429, "MustWait", "MustWait", "MustWait"),
        (499, "RequestRefused", "RequestRefused", "RequestRefused"),
        (500, "Unavailable", "Unavailable", "Unavailable"),
        (502, "Unavailable", "Unavailable", "Unavailable"),
    ],
)
def test_each_status_is_told_apart(status: int, of_a_token: str, of_a_read: str, of_an_update: str):
    kinds: list[Any] = [getattr(errors, name) for name in (of_a_token, of_a_read, of_an_update)]
    assert [type(outcome(call, status, {})) for call in (wire.TOKEN, wire.MEMBERS, UPDATE)] == kinds


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 413, 422])
@pytest.mark.parametrize("call", [wire.MEMBERS, UPDATE], ids=repr)
def test_a_refusal_tells_what_was_asked_for_and_what_must_be_ticked_for_it(call: wire.Call, status: int):
    result = outcome(call, status, {}, b'{"errors": ["no"]}')
    assert isinstance(result, errors.Refused)
    assert (result.resource, result.ticks) == (call.resource, call.ticks)
    if isinstance(result, errors.RequestRefused):
        assert result.status == status
    else:
        assert call.resource in str(result)


@pytest.mark.parametrize("status", [302, 407, 408, 500])
def test_what_is_no_answer_of_kaonavi_is_told_with_its_status(status: int):
    assert str(status) in str(outcome(wire.MEMBERS, status, {}))


WORDS = ("権限がありません（見本）", "二件目（見本）")
COMPLAINT = json.dumps({"errors": WORDS}).encode()


@pytest.mark.parametrize("status", [200, 202, 207, 400, 401, 403, 404, 409, 413, 407, 418, 422, 429, 500, 503])
@pytest.mark.parametrize("call", [wire.TOKEN, wire.MEMBERS, wire.sheet(71), UPDATE], ids=repr)
def test_it_hands_on_kaonavis_own_words_whatever_the_status(call: wire.Call, status: int):
    result = outcome(call, status, {}, COMPLAINT)
    assert isinstance(result, KaonaviError | MustWait)
    assert result.messages == WORDS


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ('["同じ", "同じ", "別"]', ("同じ", "別")),
        ('"一文だけ"', ("一文だけ",)),
        ('{"name": ["長すぎます"], "mail": "違います"}', ("長すぎます", "違います")),
        ('[{"message": "中の一文"}]', ("中の一文",)),
        ('["一つ", null, 7]', ("一つ",)),
    ],
)
def test_it_reads_kaonavis_words_in_any_likely_shape_each_once(errors: str, words: tuple[str, ...]):
    result = outcome(wire.MEMBERS, 400, {}, b'\xef\xbb\xbf{"errors": %s}' % errors.encode())
    assert isinstance(result, KaonaviError)
    assert result.messages == words


def test_a_list_beside_errors_is_not_taken_for_a_whole_one():
    result = outcome(wire.MEMBERS, 207, {}, b'{"member_data": [{"code": "1"}], "errors": ["%s"]}' % WORDS[0].encode())
    assert isinstance(result, errors.RequestRefused)
    assert (result.status, result.messages) == (207, WORDS[:1])


@pytest.mark.parametrize(
    "body", [b'{"errors": []}', b'{"errors": null, "task_id": 1}', b'{"task_id": 1, "errors": ["x"]}']
)
def test_an_update_that_became_a_task_or_has_no_errors_is_no_refusal(body: bytes):
    assert outcome(UPDATE, 200, {}, body) == body
