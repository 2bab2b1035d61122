"""What a machine can read of WCAG 2.2 in the HTML of every page; tests/browser/test_accessibility.py does the rest."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from employees.models import Employee
from tests.pages.html_tree import Element, tree
from tests.pages.rights_table import FOR_EVERY_ACCOUNT, PAGES, address
from tests.pages.test_weight import NO_PAGES

Pages = dict[str, Element]
OPEN = ("accounts:login", "accounts:first_password")
PARTS = {name for name in PAGES if name.startswith("departments:choose_")} | {"integrations:follow"}
REFERENCES = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "popovertarget",
    "form",
    "list",
)
PLAYING = ("audio", "video", "canvas", "object", "embed", "iframe", "marquee", "blink")
CONTEXT = ("li", "tr", "p", "dd", "section", "nav", "main", "body")
# a field about whoever fills it in → its token
TOKENS = {
    "username": "username",
    "password": "current-password",
    "old_password": "current-password",
    "new_password1": "new-password",
    "new_password2": "new-password",
    "password1": "new-password",
    "password2": "new-password",
    "token": "one-time-code",
    "last_name": "family-name",
    "first_name": "given-name",
    "email": "email",
}
ABOUT_ONESELF = (*OPEN, "accounts:password", "accounts:confirm", "accounts:set_up_factor", "first administrator")
BY_PLACE_OR_COLOUR = re.compile(
    r"(?:[右左][上下]?|赤い|緑の|青い|黄色い)の?(?:ボタン|リンク|欄|印|アイコン|マーク|メニュー)"
)
SCRIPTS = Path("mikiwame_kaonavi/static/js")


def asked(name: str) -> bool:
    return "GET" in PAGES[name] and name not in NO_PAGES | PARTS


@pytest.fixture(scope="module")
def once() -> Pages:
    """What `pages` has read: the pages are the same for each of these tests."""
    return {}


@pytest.fixture
def pages(once: Pages, db: None, request: pytest.FixtureRequest) -> Pages:  # with `db` it keeps its place in the order
    """Name of the address → what stands there."""
    if not once:
        people = map(request.getfixturevalue, ("admin", "anonymous", "stranger"))
        request.getfixturevalue("connected")
        once |= read(request.getfixturevalue("company"), *people)
    return once


def read(company: Employee, admin: Client, anonymous: Client, stranger: Client) -> Pages:
    shown = {name: admin.get(address(name, company)) for name in PAGES if asked(name)}
    shown |= {name: admin.get(reverse(name)) for name in FOR_EVERY_ACCOUNT}
    shown |= {name: anonymous.get(reverse(name)) for name in OPEN}
    assert {name for name, answer in shown.items() if answer.status_code != 200} == set()
    shown |= {"404": admin.get("/nowhere/"), "403": stranger.get(reverse("employees:list"))}
    files = {name: list(answer) for name, answer in shown.items() if answer.streaming}
    return {name: tree(answer.text) for name, answer in shown.items() if name not in files}


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: problems for name, problems in found.items() if problems}


def test_each_page_says_its_language_and_what_it_is_and_lets_one_skip_to_it(pages: Pages):
    titles = defaultdict(list)
    for name, page in pages.items():
        (html,), (head,), (heading,), (main,) = (page.all(tag) for tag in ("html", "head", "h1", "main"))
        (title,) = head.all("title")
        titles[title.text].append(name)
        assert html.get("lang") == "ja", name
        assert heading.text, name
        assert page.all("a")[0].get("href") == f"#{main.get('id')}", name
        assert "user-scalable" not in str([meta.get("content") for meta in page.all("meta")]), name
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_what_refers_to_something_finds_it_and_finds_it_once(pages: Pages):
    def problems(page: Element) -> Iterator[str]:
        ids = Counter(each.get("id") for each in page if each.get("id"))
        yield from (f"id {name} twice" for name, times in ids.items() if times > 1)
        for each in page:
            yield from (f"{kind}={name}" for kind in REFERENCES for name in each.get(kind).split() if name not in ids)

    assert wrong({name: list(problems(page)) for name, page in pages.items()}) == {}


def test_pictures_have_words_and_nothing_plays_or_moves_on_by_itself(pages: Pages):
    def problems(page: Element) -> Iterator[str]:
        yield from (each.tag for each in page.all(*PLAYING))
        yield from (str(each.attributes) for each in page.all("meta") if each.get("http-equiv").lower() == "refresh")
        yield from (each.get("src") for each in page.all("img") if "alt" not in each.attributes)
        for each in page.all("svg"):
            around = [each, *each.above]
            is_named = any(one.get("role") == "img" and one.get("aria-label") for one in around)
            is_hidden = any(one.get("aria-hidden") == "true" or "hidden" in one.attributes for one in around)
            if not (is_named or is_hidden):
                yield f"svg {each.attributes}"

    assert wrong({name: list(problems(page)) for name, page in pages.items()}) == {}


def test_links_of_one_name_lead_to_one_place_where_they_stand(pages: Pages):
    def problems(page: Element) -> Iterator[str]:
        places = defaultdict(set)
        for link in page.all("a"):
            around = next((one.text for one in link.above if one.tag in CONTEXT), "")
            menu = next((one.get("aria-label") for one in link.above if one.tag == "nav"), "")
            words = link.name or " ".join(picture.get("alt") for picture in link.all("img"))
            if not words:
                yield f"no words: {link.get('href')}"
            places[words, around, menu].add(link.get("href").partition("?")[0] or link.get("href"))
        yield from (f"{words}: {sorted(where)}" for (words, *_), where in places.items() if len(where) > 1)

    assert wrong({name: list(problems(page)) for name, page in pages.items()}) == {}


def test_menu_and_help_stand_in_the_same_order_on_every_page(pages: Pages):
    menus: Counter[tuple[str, ...]] = Counter()
    feet: Counter[tuple[str, ...]] = Counter()
    for page in pages.values():
        menus[tuple(link.text for nav in page.all("nav") if nav.get("id") == "submenu" for link in nav.all("a"))] += 1
        feet[tuple(link.text for foot in page.all("footer") for link in foot.all("a"))] += 1
    menu, nothing = sorted(menus, key=len, reverse=True)  # nothing: before the log-in is finished
    assert (menu[0], menu[-1], nothing) == ("ホーム", "使い方", ())
    assert menus[()] <= len(OPEN) + len(FOR_EVERY_ACCOUNT)
    assert set(feet) == {("お問い合わせ", "パスワードの変更"), ("お問い合わせ",)}


def fields_of(form: Element) -> list[Element]:
    unseen = ("hidden", "submit", "checkbox", "radio")
    every = form.all("input", "select", "textarea")  # one without a name is for password managers
    return [each for each in every if each.get("type") not in unseen and each.get("name")]


def labels_of(page: Element) -> dict[str, str]:
    return {label.get("for"): label.text for label in page.all("label")}


def test_what_has_to_be_filled_in_says_so(pages: Pages):
    """Where some of a form's fields may stay empty; where none may, there is nothing to be told apart."""
    found = defaultdict(list)
    for name, page in pages.items():
        labels = labels_of(page)
        for form in page.all("form"):
            fields = fields_of(form)
            for field in fields:
                label = labels.get(field.get("id"), "")
                is_named = bool(label or field.get("aria-label") or field.get("aria-labelledby"))
                is_marked = "必須" in label or all("required" in each.attributes for each in fields)
                if not is_named or ("required" in field.attributes and not is_marked):
                    found[name].append(field.get("name"))
    assert found == {}


def test_fields_about_oneself_can_be_filled_in_and_pasted_into(pages: Pages, anonymous: Client):
    User.objects.all().delete()
    shown = pages | {"first administrator": tree(anonymous.get(reverse("accounts:login")).text)}
    found = {
        (name, field.get("name")): field.get("autocomplete")
        for name in ABOUT_ONESELF
        for field in shown[name].all("input")
        if field.get("name") in TOKENS
    }
    assert {key: token for key, token in found.items() if token != TOKENS[key[1]]} == {}
    assert {field for _, field in found} >= {*TOKENS} - {"password1", "password2"} - {"new_password1"}
    assert [path.name for path in SCRIPTS.glob("*.js") if re.search(r"\bpaste\b", path.read_text())] == []


def test_whatever_the_pointer_does_is_done_when_it_is_lifted_and_no_single_key_does_anything(pages: Pages):
    by_itself = re.compile(r"pointerdown|touch|devicemotion|deviceorientation|accesskey|keypress|keyup")
    assert [path.name for path in SCRIPTS.glob("*.js") if by_itself.search(path.read_text())] == []
    found = {
        name: [
            str(each.attributes)
            for each in page
            if each.get("accesskey") or each.get("tabindex") not in ("", "0", "-1")
        ]
        for name, page in pages.items()
    }
    assert wrong(found) == {}


def test_no_sentence_goes_by_place_or_colour_alone(pages: Pages):
    found = {name: BY_PLACE_OR_COLOUR.findall(page.all("main")[0].text) for name, page in pages.items()}
    assert wrong(found) == {}


@pytest.mark.usefixtures("connected")
def test_what_is_wrong_is_told_at_its_field_and_says_what_to_do(company: Employee, admin: Client):
    told: dict[str, list[str]] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for name, methods in PAGES.items():
        if not {"GET", "POST"} <= set(methods) or name in NO_PAGES:
            continue
        answer = admin.post(address(name, company), {"sent": "nothing else"})
        if answer.status_code != 200:
            continue
        page = tree(answer.text)
        by_id = {each.get("id"): each for each in page if each.get("id")}
        invalid = [each for each in page if each.get("aria-invalid") == "true"]
        for field in invalid:
            words = " ".join(by_id[part].text for part in described_by(field) if part in by_id)
            told.setdefault(name, []).append(words)
            if not re.search(r"ください|あります|ません", words):
                found[name].append(f"{field.get('name')}: {words}")
        for error in (each for each in page if "field-error" in each.get("class").split() and each.text):
            if not inside_one_of(error, {part for field in invalid for part in described_by(field)}):
                found[name].append(f"of no field: {error.text}")
    assert found == {}
    assert len(told) >= 8


def described_by(field: Element) -> list[str]:
    """The ids of what is said of it, or of the group that it is in."""
    groups = (one for one in field.above if one.tag == "fieldset")
    return next((ids for one in (field, *groups) if (ids := one.get("aria-describedby").split())), [])


def inside_one_of(element: Element, ids: set[str]) -> bool:
    return element.get("role") == "alert" or any(one.get("id") in ids for one in (element, *element.above))
