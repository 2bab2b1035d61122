"""The files to practise with."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from integrations.practice.sample_mistakes import write_damaged_workbook
from integrations.practice.sample_results import write_results


class Sample(NamedTuple):
    """One of them: its name on the page and as a file, and what writes it."""

    title: str
    file_name: str
    content_type: str
    write: Callable[[Path], None]


FILES: Final[Mapping[str, Sample]] = {
    "results": Sample("性格検査結果の見本（CSV）", "練習用_検査結果.csv", "text/csv; charset=utf-8", write_results),
    "damaged": Sample(
        "まちがいのある検査結果の見本（Excel）",
        "練習用_まちがいのある検査結果.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_damaged_workbook,
    ),
}
