"""Static files of the embedded default, collected or not."""

import json

from mikiwame_kaonavi.static_files import CollectedOrNot


def test_what_was_collected_has_its_hashed_name_and_all_else_its_own(tmp_path):
    manifest = {"paths": {"css/base.css": "css/base.0123456789ab.css"}, "version": "1.1", "hash": "x"}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    collected, not_yet = CollectedOrNot(tmp_path, "/static/"), CollectedOrNot(tmp_path / "nowhere", "/static/")
    assert collected.url("css/base.css") == "/static/css/base.0123456789ab.css"
    assert collected.url("css/new.css") == "/static/css/new.css"
    assert not_yet.url("css/base.css") == "/static/css/base.css"
