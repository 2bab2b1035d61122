"""A sample company for demo and trial: about 60 departments on six levels, 1,200 members, and every harmless bad row.

Nothing is drawn by chance: the same company comes out each time. Each odd row is added by a function of its own, which
also counts what a sync must make of it, by the rules and not by running the product.
"""

from datetime import date, timedelta
from typing import Any

from .sample_departments import SampleTree, Tally
from .sample_names import person
from .sheet_templates import LATEST_NAME
from .tenant import Tenant

MEMBERS = 1200
START = date(2026, 4, 1)
EMPLOYMENT = ["正社員"] * 14 + ["契約社員", "契約社員", "派遣社員", "アルバイト・パート", "業務委託", "嘱託社員"]
"""嘱託社員 is the company's own: ミキワメ knows it as その他."""
POSITIONS = {0: "本部長", 1: "部長", 2: "課長", 3: "課長", 4: "係長", 5: "係長", 6: "主任", 7: "主任", 8: "主任"}
LONG_NAME = (
    "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪ら柑子の藪柑子"
    "パイポパイポパイポのシューリンガンシューリンガンのグーリンダイグーリンダイのポンポコピーのポンポコナーの長久命の長助"
)


class SampleMembers:
    """Builds the members and, beside each odd one, counts what a first employee sync makes of it (product rules §3)."""

    def __init__(self, good_departments: list[str]) -> None:
        self.good_departments = good_departments
        self.rows: list[dict[str, Any]] = []
        self.extra: list[Any] = []
        self.expected: Tally = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0}
        self._add_left_out_on_purpose()
        self._add_shared_mails()
        self._add_refused()
        self._add_unreadable()
        self._add_odd_but_good()
        while len(self.rows) + len(self.extra) < MEMBERS:
            self._add("created")

    def _add(self, outcome: str, **changes: Any) -> dict[str, Any]:
        row = self._regular(len(self.rows) + 1) | changes
        self.rows.append(row)
        self.expected[outcome] += 1
        return row

    def _regular(self, number: int) -> dict[str, Any]:
        """The n-th member when nothing is odd about them. The numbers are primes, so that habits do not coincide."""
        surname, given, gender = person(number)
        blank = "\N{IDEOGRAPHIC SPACE}" if number % 7 == 0 else " "
        entered = START - timedelta(days=number * 37 % 12_000 + 20)
        years_old = 22 + number * 13 % 20
        retired = ""
        if number % 61 == 0:
            retired = (START - timedelta(days=number % 300)).isoformat()
        elif number % 97 == 0:
            retired = date(2031, 3, 31).isoformat()  # a planned leaver
        return {
            "code": f"E{number:04}",
            "name": f"{surname[0]}{blank}{given[0]}",
            "name_kana": f"{surname[1]}{blank}{given[1]}",
            "mail": f"{given[2]}.{surname[2]}.{number}@example.co.jp",
            "birthday": (entered - timedelta(days=years_old * 365 + number % 360)).isoformat(),
            "gender": "" if number % 41 == 0 else gender,
            "department": self.good_departments[number * 29 % len(self.good_departments)],
            "entered_date": entered.isoformat(),
            "retired_date": retired,
            "position": POSITIONS.get(number % 23, ""),
            "employment_type": EMPLOYMENT[number % len(EMPLOYMENT)],
            "custom": {
                "等級": f"G{1 + number % 6}",
                "採用区分": "新卒" if number % 3 else "中途",
                "担当領域": ["安全衛生", "品質改善"] if number % 19 == 0 else [],
                "内線": f"{1000 + number}" if number % 2 else "",
                "在籍月数": str((START - entered).days // 30),
            },
        }

    def _add_left_out_on_purpose(self) -> None:
        """The manual's way to leave somebody out: 氏名, フリガナ or メール blank."""
        self._add("skipped", name="")
        self._add("skipped", name_kana="\N{IDEOGRAPHIC SPACE}")
        self._add("skipped", mail="")
        self._add("skipped", name_kana="", mail="")

    def _add_shared_mails(self) -> None:
        """All who share a mail are refused; one that is left out anyway counts as sharing, but is only left out."""
        self._add("failed", mail="soumu@example.co.jp")
        self._add("failed", mail="Soumu@example.co.jp")
        for _ in range(8):
            self._add("failed", mail="gunma-line@example.co.jp")
        self._add("failed", mail="uketsuke@example.co.jp")
        self._add("skipped", mail="uketsuke@example.co.jp", name="")

    def _add_refused(self) -> None:
        self._add("failed", mail="ｔａｒｏ＠example.co.jp")
        self._add("failed", mail="hanako@localhost")
        self._add("failed", department="D998")  # not in the tree
        self._add("failed", department="D902")  # in the tree, but refused for its blank name
        self._add("failed", department="D901")  # refused for its repeated code
        self._add("failed", code="Ｅ００２０")
        self._add("failed", birthday="1990-02-30")
        self._add("failed", entered_date="令和2年4月1日")
        self._add("failed", name=f"山田 {LONG_NAME}")

    def _add_unreadable(self) -> None:
        """An element of the wrong shape: refused alone; it only keeps the run from marking anybody as missing."""
        self.extra.append({"code": "E9999", "name": {"last": "読取", "first": "不能"}, "mail": ["x@example.co.jp"]})
        self.expected["failed"] += 1

    def _add_odd_but_good(self) -> None:
        self._add("created", name="株式太郎", name_kana="カブシキタロウ")  # nothing to split at
        self._add("created", name="マリア", name_kana="マリア")
        self._add("created", name="アンナ  マリア スミス", name_kana="アンナ マリア スミス")
        self._add("created", department="")
        self._add("created", mail="a..b@docomo.ne.jp")
        self._add("created", mail="Taro.YAMADA@Example.co.jp")
        self._add("created", custom={"役職": ["部長", "課長"]}, position="")
        self._add("created", birthday="", entered_date="", gender="", position="", employment_type="")


def fill_with_sample_company(tenant: Tenant) -> None:
    """Put the sample company into an empty tenant, with the ticks that the ミキワメ manual asks for."""
    tree = SampleTree()
    tenant.state.departments.extend(tree.rows)
    tenant.state.extra_departments.extend(tree.extra)
    _add_items(tenant)
    members = SampleMembers(tree.good_codes)
    for row in members.rows:
        tenant.add_member(**row)
    tenant.state.extra_members.extend(members.extra)
    _add_sheets(tenant)
    tenant.tick("members", "read")
    _choose_items_for_analysis(tenant)


def _add_items(tenant: Tenant) -> None:
    tenant.add_custom_item("等級", [f"G{grade}" for grade in range(1, 7)])
    tenant.add_custom_item("採用区分", ["新卒", "中途"], type_detail="radio_button")
    tenant.add_custom_item("担当領域", ["安全衛生", "品質改善", "情報管理"], type_detail="check_box")
    tenant.add_custom_item("内線", max_length=20)
    tenant.add_custom_item("在籍月数", type_detail="calc_formula")


def _add_sheets(tenant: Tenant) -> None:
    """The two ミキワメ sheets with what the company keeps there of its own, and two that have nothing to do with it."""
    latest = tenant.use_template("latest")
    latest.items.append(tenant.new_item("メモ", "text_area"))
    history = tenant.use_template("all")
    tenant.tick(latest, "read", "update")
    tenant.tick(history, "read", "update")
    for number in range(101, 1101, 100):
        tenant.write_records(latest, f"E{number:04}", [{"メモ": f"面談メモ {number}"}])
        link = f"https://tests.example.com/results/{number}"
        other = {"受検日": "2024-06-01", "受検者詳細リンク": link}  # another vendor's test, typed in by hand
        tenant.write_records(history, f"E{number:04}", [other])

    grades = tenant.new_item("最新評価", "pull_down", options=["S", "A", "B", "C"])
    reviews = tenant.add_sheet("人事評価", [grades, tenant.new_item("評価年度", "text_box")], category="評価")
    for number in range(50, MEMBERS, 3):
        grade = "SAAABBBBCC"[number * 7 % 10]
        tenant.write_records(reviews, f"E{number:04}", [{"最新評価": grade, "評価年度": "2025年度"}])
    licence = tenant.new_item("資格名"), tenant.new_item("取得日", "date")
    licences = tenant.add_sheet("保有資格", licence, record_type=1, category="基本")
    for number in range(60, MEMBERS, 40):
        records = [
            {"資格名": "第二種電気工事士", "取得日": "2019-09-01"},
            {"資格名": "簿記2級", "取得日": "2021-02-28"},
        ]
        tenant.write_records(licences, f"E{number:04}", records)


def _choose_items_for_analysis(tenant: Tenant) -> None:
    """カスタム設定 as the manual's chapter 04 asks for it."""
    latest, reviews = tenant.sheet(LATEST_NAME), tenant.sheet("人事評価")
    type_item = latest.item("16タイプ").id
    tenant.state.display = {
        "filter": [type_item, tenant.custom_item("雇用形態").id],
        "axis": [type_item, reviews.item("最新評価").id, tenant.custom_item("役職").id],
        "label": [type_item],
    }


def _expectations() -> dict[str, Tally]:
    tree = SampleTree()
    return {"departments": tree.expected, "employees": SampleMembers(tree.good_codes).expected}


EXPECTED = _expectations()
"""The counts of a first department sync and the employee sync after it. Both end 一部エラー."""
EXPECTED_AGAIN = {kind: counts | {"created": 0, "unchanged": counts["created"]} for kind, counts in EXPECTED.items()}
"""The counts of every further run while nothing changes."""
