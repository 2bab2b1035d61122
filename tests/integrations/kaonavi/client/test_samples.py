"""Every recorded answer, through the client as the product uses it."""

from typing import Any

import msgspec
import pytest
import responses

from integrations.kaonavi import errors
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.types import Record, SheetMember
from tests.factories.client import BASE_URL, FakeQuota, FakeTokens
from tests.samples.recorded import Sample, samples

MEMBERS = (SheetMember("K0031", (Record({3201: ("2026-03-30",)}),)),)
ATTEMPTS_OF_A_READ = 3


def answer_with(api: responses.RequestsMock, sample: Sample) -> None:
    path, method = {
        "authenticate": ("/token", "POST"),
        "departments": ("/departments", "GET"),
        "members": ("/members", "GET"),
        "member_layout": ("/member_layouts", "GET"),
        "sheet_layouts": ("/sheet_layouts", "GET"),
        "sheet": ("/sheets/{sheet_id}", "GET"),
        "patch_sheet": ("/sheets/{sheet_id}", "PATCH"),
        "task": ("/tasks/{task_id}", "GET"),
    }[sample.call]
    headers = dict(sample.headers)
    api.add(
        method,
        BASE_URL + path.format(**sample.arguments),
        body=sample.body,
        status=sample.status,
        content_type=headers.pop("Content-Type", None),
        headers=headers,
    )


def call(kaonavi: KaonaviClient, sample: Sample) -> Any:
    arguments = sample.arguments | ({"members": MEMBERS} if sample.call == "patch_sheet" else {})
    return getattr(kaonavi, sample.call)(**arguments)


@pytest.mark.parametrize("sample", [each for each in samples() if each.error is None], ids=lambda each: each.name)
def test_it_reads_a_good_answer(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock, sample: Sample
):
    answer_with(api, sample)
    result = call(kaonavi, sample)
    if sample.call == "authenticate":
        result = tokens.saved[-1]
    found = msgspec.to_builtins(result, str_keys=True, builtin_types=(tuple,), order="deterministic")
    assert as_tuples(found) == as_tuples(sample.result)


@pytest.mark.parametrize("sample", [each for each in samples() if each.error], ids=lambda each: each.name)
def test_it_tells_a_bad_answer_apart(
    kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock, sample: Sample
):
    answer_with(api, sample)
    expected = dict(sample.error or {})
    kind = getattr(errors, expected.pop("type"))
    with pytest.raises(kind) as caught:
        call(kaonavi, sample)
    assert type(caught.value) is kind
    seen = {name: str(caught.value) if name == "text" else getattr(caught.value, name) for name in expected}
    assert seen == as_tuples(expected)
    is_repeated = kind is errors.Unavailable and sample.call != "patch_sheet"
    assert len(quota.reserved) == (ATTEMPTS_OF_A_READ if is_repeated else 1)
    assert quota.open == set()


def as_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_tuples(each) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(as_tuples(each) for each in value)
    return value
