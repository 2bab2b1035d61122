"""「…を変えずに実行」: what a person chose to keep is not lost, and all else is taken."""

from datetime import date

import pytest

from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import plan

DAY, LATER = date(2025, 9, 30), date(2026, 3, 31)
RETIRED = {"retirement_date": DAY, "is_retired": True, "retirement_source": "kaonavi"}
WENT = {"retirement_date": (None, LATER), "is_retired": (False, True), "retirement_source": ("", "kaonavi")}


@pytest.mark.parametrize(
    ("kept", "known", "source", "changed"),
    [
        pytest.param({"position"}, {"position": "課長"}, {}, {}, id="nobody loses a value"),
        pytest.param(
            {"position"}, {"position": "課長"}, {"position": "部長"}, {"position": ("課長", "部長")}, id="another comes"
        ),
        pytest.param({"position"}, {}, {"position": "部長"}, {"position": ("", "部長")}, id="a first one comes"),
        pytest.param({"is_retired"}, {}, {"retired_date": "2026-03-31"}, {}, id="nobody leaves, nor gets a day"),
        pytest.param(
            {"is_retired", "position"},
            {"position": "課長"},
            {"retired_date": "2026-03-31"},
            {},
            id="with other items too",
        ),
        pytest.param(
            {"is_retired"},
            RETIRED,
            {"retired_date": "2026-03-31"},
            {"retirement_date": (DAY, LATER)},
            id="of somebody who has left another day comes",
        ),
        pytest.param({"position"}, {}, {"retired_date": "2026-03-31"}, WENT, id="with other items kept people leave"),
        pytest.param({"retirement_date"}, RETIRED, {}, {}, id="nobody loses the day, and all that goes with it"),
        pytest.param({"retirement_date"}, {}, {"retired_date": "2026-03-31"}, WENT, id="a first day comes, with all"),
        pytest.param({"is_retired"}, {"position": "課長"}, {}, {"position": ("課長", "")}, id="other items are lost"),
        pytest.param({"first_name"}, {}, {"name": "青山直樹"}, {}, id="姓 stays beside 名"),
        pytest.param(
            {"first_name"},
            {},
            {"name": "青山直樹", "name_kana": "アオヤマナオキ"},
            {"last_name_kana": ("アオヤマ", "アオヤマナオキ"), "first_name_kana": ("ナオキ", "")},
            id="kana are kept for themselves",
        ),
        pytest.param({"first_name_kana"}, {}, {"name_kana": "アオヤマナオキ"}, {}, id="姓（カナ） beside 名（カナ）"),
        pytest.param(
            {"first_name_kana"},
            {},
            {"name": "青山直樹"},
            {"last_name": ("青山", "青山直樹"), "first_name": ("直樹", "")},
            id="and so are names",
        ),
    ],
)
def test_what_is_kept_is_not_lost_and_all_else_is_taken(kept, known, source, changed):
    made = plan(member(**source), local=[employee(**known)], kept=frozenset(kept))
    assert [change.fields for change in made.changes] == [changed] * bool(changed)
