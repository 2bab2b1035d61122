"""The tables of all reason codes in docs/manual.ja.md: `python -m tests.reason_table` writes them anew."""

import re
from collections.abc import Mapping
from pathlib import Path

from integrations.reasons import Entry, Reason, Severity, departments, files, members, network, results, runs

MANUAL = Path(__file__).resolve().parents[1] / "docs/manual.ja.md"
BEGIN, END = "<!-- reasons -->\n", "<!-- /reasons -->"
HEAD = "| エラーコード | 見出し | 区分 | 内容 | 対処方法 |\n|---|---|---|---|---|\n"
SUBJECTS = {
    "処理とカオナビとの通信のエラーコード": runs.ENTRIES | network.ENTRIES,
    "部署のエラーコード": departments.ENTRIES,
    "社員のエラーコード": members.ENTRIES,
    "性格検査結果の登録のエラーコード": results.ENTRIES,
    "ファイルの取込のエラーコード": files.ENTRIES,
}
SEVERITIES = {Severity.SKIPPED: "対象外", Severity.ERROR: "エラー", Severity.WARNING: "注意"}


def plain(text: str) -> str:
    """A sentence with ○○ for what each case fills in, as a cell of a Markdown table."""
    return re.sub(r"\{\w*\}", "○○", text).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def reason_table() -> str:
    """A heading and a table for each subject; one line a code, in the order of the code."""
    return "\n".join(f"### {subject}\n\n{HEAD}{lines(entries)}" for subject, entries in SUBJECTS.items())


def lines(entries: Mapping[Reason, Entry]) -> str:
    """One line a code."""
    return "".join(
        f"| `{code}` | {entry.title} | {SEVERITIES[entry.severity]}"
        f" | {plain(entry.sentence)} | {plain(entry.remedy)} |\n"
        for code, entry in entries.items()
    )


def written_table() -> str:
    """The tables that the manual has now."""
    return MANUAL.read_text().partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Put the tables into the manual."""
    before, begin, rest = MANUAL.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    MANUAL.write_text(before + begin + reason_table() + end + after)


if __name__ == "__main__":
    main()
