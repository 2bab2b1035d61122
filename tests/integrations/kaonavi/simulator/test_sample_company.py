"""The sample company: the same each time, realistic, with every harmless bad row."""

from collections import Counter

import msgspec
import pytest

from integrations.kaonavi.simulator.sample_company import EXPECTED, EXPECTED_AGAIN, fill_with_sample_company
from integrations.kaonavi.simulator.sample_departments import SampleTree
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Clock


@pytest.fixture
def sample(clock: Clock) -> Tenant:
    tenant = Tenant(clock=clock)
    fill_with_sample_company(tenant)
    return tenant


def test_it_is_the_same_each_time(sample: Tenant, clock: Clock):
    again = Tenant(clock=clock)
    fill_with_sample_company(again)
    again.state.credentials = sample.state.credentials
    assert msgspec.json.encode(again.state) == msgspec.json.encode(sample.state)


def test_the_expectation_counts_every_row_once(sample: Tenant):
    state = sample.state
    assert sum(EXPECTED["departments"].values()) == len(state.departments) + len(state.extra_departments)
    assert sum(EXPECTED["employees"].values()) == len(state.members) + len(state.extra_members) == 1200
    assert EXPECTED["departments"] == {"created": 72, "updated": 0, "unchanged": 0, "skipped": 1, "failed": 13}
    assert EXPECTED["employees"] == {"created": 1174, "updated": 0, "unchanged": 0, "skipped": 5, "failed": 21}
    assert EXPECTED_AGAIN["employees"] == {"created": 0, "updated": 0, "unchanged": 1174, "skipped": 5, "failed": 21}


def test_codes_are_unique_as_in_kaonavi(sample: Tenant):
    codes = Counter(member.code for member in sample.state.members)
    assert max(codes.values()) == 1


def test_the_regular_tree_has_six_levels_and_one_branch_goes_down_to_twelve():
    parents = {row.code: row.parent_code for row in SampleTree().rows}

    def level(code: str) -> int:
        parent = parents[code]
        return 1 + (level(parent) if parent else 0)

    regular = [code for code in SampleTree().good_codes if "-" not in code]
    assert max(level(code) for code in regular) == 6
    assert [level(code) for code in parents if "-" in code] == [7, 8, 9, 10, 11, 12]


def test_mails_are_shared_only_on_purpose(sample: Tenant):
    mails = Counter(member.mail.lower() for member in sample.state.members if member.mail)
    assert {mail: count for mail, count in mails.items() if count > 1} == {
        "soumu@example.co.jp": 2,
        "gunma-line@example.co.jp": 8,
        "uketsuke@example.co.jp": 2,
    }


def test_members_belong_to_departments_that_are_taken_but_for_the_odd_ones(sample: Tenant):
    good = set(SampleTree().good_codes)
    odd = [member.department for member in sample.state.members if member.department not in {*good, ""}]
    assert sorted(odd) == ["D901", "D902", "D998"]
    assert {member.department for member in sample.state.members} >= good


def test_the_sheets_are_ticked_as_the_manual_says_and_hold_what_is_not_ours(sample: Tenant):
    latest, history = sample.state.sheets[:2]
    assert sample.state.ticks == {
        "members": ["read"],
        f"sheet:{latest.id}": ["read", "update"],
        f"sheet:{history.id}": ["read", "update"],
    }
    assert sample.records(latest, "E0101") == [{"メモ": "面談メモ 101"}]
    assert sample.records(history, "E0101")[0]["受検者詳細リンク"].startswith("https://tests.example.com/")
    codes = {member.code for member in sample.state.members}
    assert set(latest.rows) | set(history.rows) <= codes
