"""部署管理: the tree."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from departments.models import Department
from departments.outline import outline
from integrations.models import KaonaviConnection
from tests.factories.rows import make_department, make_job, make_person, member_of_roles

LIST = reverse("departments:list")


def test_it_says_what_to_do_when_there_is_none_yet(admin: Client):
    assert "部署がまだ登録されていません" in admin.get(LIST).text


def test_it_shows_names_codes_and_head_counts_in_reading_order(viewer: Client):
    head = make_department("100", "営業本部", order=1)
    second = make_department("120", "営業第二部", head, order=2)
    make_department("110", "営業第一部", head, order=1)
    make_department("200", "開発本部", order=0)
    make_person(1, department=head)
    make_person(2, department=second)
    page = viewer.get(LIST).text
    names = ["開発本部", "営業本部", "営業第一部", "営業第二部"]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))
    assert "営業本部部署コード1002名（直属1名）" in text
    assert "営業第二部部署コード1201名" in text


def test_it_finds_departments_in_any_spelling_by_name_code_and_the_way_to_them(viewer: Client):
    head = make_department("A-100", "髙松支社", order=1)
    make_department("A-110", "ﾏｰｹﾃｨﾝｸﾞ課", head)
    make_department("A-120", "総務課", head, order=1)
    make_department("B-120", "総務課２", order=2)

    def codes(words: str) -> list[str]:
        return [branch.department.code for branch in viewer.get(LIST, {"q": words}).context["page"]]

    assert codes("まーけてぃんぐ") == ["A-110"]
    assert codes("a120") == ["A-120"]
    assert codes("総務") == ["A-120", "B-120"]
    assert codes("高松 総務") == ["A-120"]
    assert codes("高松支社") == ["A-100", "A-120", "A-110"]  # and what lies below it
    assert codes("-") == []
    page = viewer.get(LIST, {"q": "高松　総務"}).text
    assert "髙松支社</span>" in page
    assert "ﾏｰｹﾃｨﾝｸﾞ課" not in page
    assert "該当する部署はありません" in viewer.get(LIST, {"q": "経理"}).text


def test_a_search_finds_no_department_that_one_may_not_see(db):
    head = make_department("100", "営業本部")
    seen = make_department("110", "営業第一部", head)
    make_department("120", "営業第二部", head)
    limited = member_of_roles(([Right.VIEW_DEPARTMENTS], seen))
    found = [limited.get(LIST, {"q": words}).context["page"] for words in ("営業", "営業本部", "120")]
    assert [[branch.department.name for branch in page] for page in found] == [["営業第一部"], [], []]


def test_it_marks_what_kaonavi_no_longer_has(viewer: Client):
    now = timezone.now()
    make_department("1", "旧部署", last_seen_at=now, missing_since=now)
    make_department("", "手作りの部署")
    page = viewer.get(LIST).text
    assert f"カオナビになし（{timezone.localtime(now):%Y/%m/%d}から）" in page
    assert "カオナビで見つからなくなった部署が1件あります" in page
    assert "コードなし" in page


def test_it_says_when_the_tree_was_last_taken_over(viewer: Client):
    make_department("1", "部署")
    assert "最終同期" not in viewer.get(LIST).text
    job = make_job("succeeded", "departments")
    assert f"最終同期 {timezone.localtime(job.finished_at):%Y/%m/%d %H:%M}" in viewer.get(LIST).text


def test_it_offers_the_menu_while_connected_and_files_always(admin: Client):
    page = admin.get(LIST).text
    assert reverse("integrations:start") not in page
    assert page.index("一括操作") < page.index("部署CSVを取り込む") < page.index("部署をダウンロード（CSV）")
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    page = admin.get(LIST).text
    assert page.index("一括操作") < page.index("カオナビと同期") < page.index("同期内容を確認する")
    assert "カオナビに性格検査結果を登録する" not in page


@pytest.mark.parametrize("depth", [1, 2, 10])
def test_it_closes_every_list_that_it_opens(depth: int, viewer: Client):
    parent = None
    for level in range(depth):
        parent = make_department(f"{level}", f"階層{level}", parent)
        make_department(f"{level}x", f"隣{level}", parent.parent)
    page = viewer.get(LIST).text
    for tag in ("ul", "li", "details", "summary"):
        assert len(re.findall(f"<{tag}[ >]", page)) == page.count(f"</{tag}>"), tag


def test_it_shows_a_loop_rather_than_nothing(viewer: Client):
    one = make_department("1", "一")
    two = make_department("2", "二", one)
    Department.objects.filter(pk=one.pk).update(parent=two)
    page = viewer.get(LIST).text
    assert "一" in page
    assert "二" in page


def test_it_counts_the_people_below():
    root, leaf = Department(pk=1, code="1", name="a"), Department(pk=2, code="2", name="b", parent_id=1)
    vars(root)["headcount"], vars(leaf)["headcount"] = 1, 2
    assert [(branch.level, branch.people) for branch in outline([root, leaf])] == [(1, 3), (2, 2)]


def test_a_large_tree_opens_as_far_as_it_fits_and_the_rest_comes_piece_by_piece(viewer: Client):
    head = make_department("A", "本社")
    wide, narrow = make_department("B", "営業本部", head), make_department("C", "開発本部", head)
    Department.objects.bulk_create(Department(code=f"B{n:02}", name=f"営業第{n:02}部", parent=wide) for n in range(70))
    below = make_department("C1", "開発第一部", narrow)
    Department.objects.bulk_create(Department(code=f"C1{n}", name=f"開発第{n}課", parent=below) for n in range(10))

    page = viewer.get(LIST).text
    assert all(name in page for name in ("本社", "営業本部", "開発本部", "営業第49部"))
    assert "営業第50部" not in page
    assert "開発第0課" not in page  # the next level would be too much
    assert f'href="{LIST}?top={below.pk}">開発第一部の下位の10部署を表示する' in page
    assert f'href="{LIST}?top={wide.pk}&amp;page=2">続きを表示する（全70部署）' in page

    rest = viewer.get(LIST, {"top": wide.pk, "page": 2}).text
    assert "営業第50部" in rest
    assert "営業第49部" not in rest
    assert f'<a href="?top={head.pk}">本社</a>' in rest
    part = viewer.get(LIST, {"top": below.pk}, headers={"HX-Request": "true"}).text
    assert part.strip().startswith("<ul>")
    assert "開発第0課" in part
    detail = viewer.get(wide.get_absolute_url()).text
    assert ("営業第49部" in detail, "営業第50部" in detail, "ほか20部署を表示する" in detail) == (True, False, True)


def test_it_opens_nothing_of_a_department_that_one_may_not_see(db):
    hidden = make_department("100", "営業本部")
    secret = make_department("110", "営業第一部", hidden)
    seen = make_department("200", "開発本部")
    limited = member_of_roles(([Right.VIEW_DEPARTMENTS], seen))
    page = limited.get(LIST, {"top": hidden.pk}).text
    assert secret.name not in page
    assert seen.name in page
