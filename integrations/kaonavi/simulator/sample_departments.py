"""The 所属ツリー of the sample company, with the odd rows that every real one has."""

from typing import Any

from .state import Department

TREE = """
100 取締役会
  110 経営企画室
    111 経営企画課
    112 IR広報課
  120 内部監査室
200 営業本部
  210 東日本営業部
    211 東京支店
      2111 東京法人営業課
        21111 東京製造業チーム
          211111 自動車班
          211112 電機班
        21112 東京流通業チーム
      2112 東京公共営業課
    212 仙台支店
      2121 仙台営業課
    213 札幌支店
  220 西日本営業部
    221 大阪支店
      2211 大阪法人営業課
        22111 大阪製造業チーム
      2212 大阪公共営業課
    222 名古屋支店
      2221 名古屋営業課
    223 福岡支店
  230 営業企画部
    231 販売促進課
    232 カスタマーサクセス課
300 開発本部
  310 製品開発部
    311 機構設計課
      3111 筐体設計チーム
      3112 駆動設計チーム
    312 電気設計課
    313 組込ソフトウェア課
      3131 制御チーム
        31311 制御基盤班
  320 情報システム部
    321 社内システム課
    322 基盤運用課
    323 データ活用課
  330 品質保証部
    331 信頼性評価課
    332 品質管理課
400 生産本部
  410 群馬工場
    411 群馬製造一課
      4111 群馬組立班
      4112 群馬塗装班
    412 群馬製造二課
    413 群馬生産管理課
  420 岡山工場
    421 岡山製造課
    422 岡山生産管理課
  430 購買部
    431 資材調達課
500 管理本部
  510 人事部
    511 人事課
    512 採用課
    513 労務課
  520 経理部
    521 経理課
    522 財務課
  530 総務部
    531 総務課
    532 法務課
"""
"""One line each: code (behind a D) and name; two blanks a level. Six levels deep."""

Tally = dict[str, int]


class SampleTree:
    """Builds the rows and, beside each, counts what a first department sync must make of it (product rules §2)."""

    def __init__(self) -> None:
        self.rows: list[Department] = []
        self.extra: list[Any] = []
        self.expected: Tally = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0}
        self.good_codes: list[str] = []
        """Departments that will be taken, and that members may therefore belong to."""
        self._add_regular_tree()
        self._add_deep_branch()
        self._add_one_without_order()
        self._add_one_without_code()
        self._add_repeated_code()
        self._add_blank_name_and_its_child()
        self._add_too_long_name()
        self._add_unreadable()
        self._add_unknown_parent()
        self._add_loops()
        self._add_taken_name()

    def _add(self, outcome: str, code: str, name: str, parent: str | None = None, order: int | None = 1) -> None:
        self.rows.append(Department(code=code, name=name, parent_code=parent, order=order, memo=""))
        self.expected[outcome] += 1
        if outcome == "created":
            self.good_codes.append(code)

    def _add_regular_tree(self) -> None:
        path: list[str] = []
        children: dict[str | None, int] = {}
        for line in TREE.strip().splitlines():
            level = (len(line) - len(line.lstrip())) // 2
            number, name = line.split()
            code = f"D{number}"
            parent = path[level - 1] if level else None
            children[parent] = children.get(parent, 0) + 1
            path[level:] = [code]
            self._add("created", code, name, parent, children[parent])

    def _add_deep_branch(self) -> None:
        """Below 自動車班 (level 6): levels 7 to 10 are taken, 11 and 12 are each too deep."""
        parent = "D211111"
        for level in range(7, 13):
            code = f"D211111-{level}"
            self._add("created" if level <= 10 else "failed", code, f"試作プロジェクト 第{level}階層", parent)
            parent = code

    def _add_one_without_order(self) -> None:
        """Taken; it only comes last among its siblings."""
        self._add("created", "D540", "健康推進室", "D500", None)

    def _add_one_without_code(self) -> None:
        self._add("skipped", "", "新規事業準備室", None, 90)

    def _add_repeated_code(self) -> None:
        """Every row that carries the code is refused, for nobody can tell which one is meant."""
        self._add("failed", "D901", "物流企画課", "D430", 90)
        self._add("failed", "D901", "物流管理課", "D430", 91)

    def _add_blank_name_and_its_child(self) -> None:
        """The child's parent is refused and new, so the child is refused too."""
        self._add("failed", "D902", "\N{IDEOGRAPHIC SPACE}", "D400", 90)
        self._add("failed", "D9021", "設備保全班", "D902")

    def _add_too_long_name(self) -> None:
        self._add("failed", "D903", "全社横断" * 51, "D100", 90)

    def _add_unreadable(self) -> None:
        """An element of the wrong shape: refused alone; it only keeps the run from marking anybody as missing."""
        self.extra.append({"code": "D904", "name": {"ja": "海外準備室"}, "parent_code": None, "order": 1})
        self.expected["failed"] += 1

    def _add_unknown_parent(self) -> None:
        self._add("failed", "D905", "地域連携室", "D999")

    def _add_loops(self) -> None:
        """Two that are each other's parent, and one that is its own."""
        self._add("failed", "D906", "業務改革室", "D907")
        self._add("failed", "D907", "業務標準室", "D906")
        self._add("failed", "D908", "特命担当", "D908")

    def _add_taken_name(self) -> None:
        """群馬 has a 人事課 of its own; the one of 人事部 comes first in the order of the tree and gets the name."""
        self._add("failed", "D414", "人事課", "D410", 90)
