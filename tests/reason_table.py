"""The table of all reason codes in docs/manual.ja.md: `python -m tests.reason_table` writes it anew."""

import re
from pathlib import Path

from integrations.reasons import REASONS, Severity

MANUAL = Path(__file__).resolve().parents[1] / "docs/manual.ja.md"
BEGIN, END = "<!-- reasons -->\n", "<!-- /reasons -->"
SEVERITIES = {Severity.SKIPPED: "対象外", Severity.ERROR: "エラー", Severity.WARNING: "注意"}


def plain(text: str) -> str:
    """A sentence with ○○ for what each case fills in, as a cell of a Markdown table."""
    return re.sub(r"\{\w*\}", "○○", text).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def reason_table() -> str:
    """One line a code, in the order of the table in the code."""
    head = "| エラーコード | 見出し | 区分 | 内容 | 対処方法 |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| `{code}` | {entry.title} | {SEVERITIES[entry.severity]}"
        f" | {plain(entry.sentence)} | {plain(entry.remedy)} |\n"
        for code, entry in REASONS.items()
    )


def written_table() -> str:
    """The table that the manual has now."""
    return MANUAL.read_text().partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Put the table into the manual."""
    before, begin, rest = MANUAL.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    MANUAL.write_text(before + begin + reason_table() + end + after)


if __name__ == "__main__":
    main()
