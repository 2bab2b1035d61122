"""The page around the table: what people have written stays."""

from script.benchmark import page as around


def test_what_people_wrote_around_the_table_stays(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Title\n\n{around.BEGIN}\nold\n{around.END}\n\n## Missed\n\nwhy\n")
    around.write(page, "new\n")
    assert page.read_text() == f"# Title\n\n{around.BEGIN}\nnew\n{around.END}\n\n## Missed\n\nwhy\n"


def test_a_new_page_holds_the_table_alone(tmp_path):
    around.write(tmp_path / "new.md", "table\n")
    assert (tmp_path / "new.md").read_text() == f"{around.BEGIN}\ntable\n{around.END}\n"
