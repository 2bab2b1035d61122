from pathlib import Path

import pytest

from integrations.manual import files


def test_all_of_its_files_are_there():
    assert files.check_files() == []


@pytest.mark.parametrize("name", ["TEXT", "PICTURES"])
def test_a_copy_without_them_does_not_start(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, name, tmp_path / "gone")
    [error] = files.check_files()
    assert str(tmp_path / "gone") in error.msg
    assert error.is_serious()
