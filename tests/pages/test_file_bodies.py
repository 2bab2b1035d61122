"""Bodies with files are read where a page expects one, from somebody logged in; all others are answered unread."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from integrations.files import upload_limit
from integrations.models import SyncJob

UPLOAD = reverse("integrations:import", args=["employees"])
LOG_IN = reverse("accounts:login")
FIELD = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nhanako\r\n'
END = b"--x--\r\n"


class Unreadable:
    """A body that nobody may look at."""

    def read(self, *_: object) -> bytes:
        pytest.fail("the body is read")

    readline = read


def send(client: Client, address: str, length: int = 3_000_000, kind: str = "multipart/form-data; boundary=x") -> Any:
    """Announces a body of that many bytes."""
    unread: dict[str, Any] = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": str(length)}
    return client.generic("POST", address, b"x", kind, **unread)


@pytest.fixture
def stranger() -> Client:
    """A browser that has been here, of which the token of a form is asked."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "t" * 32
    return client


@pytest.fixture
def member(stranger: Client, administrator: User) -> Client:
    """Somebody who may do everything."""
    stranger.force_login(administrator)
    return stranger


def all_views(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    nested = [all_views(one.url_patterns) if isinstance(one, URLResolver) else [one] for one in patterns]
    return [view for views in nested for view in views]


def test_only_the_page_for_uploads_takes_files():
    marked = [
        view.name for view in all_views(get_resolver().url_patterns) if getattr(view.callback, "takes_files", False)
    ]
    assert marked == ["import"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [LOG_IN, reverse("accounts:invite"), reverse("integrations:start"), reverse("admin:login"), "/healthz", "/readyz"],
)
@pytest.mark.parametrize("visitor", ["stranger", "member"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "Multipart/Form-Data"])
def test_no_other_page_reads_one(address: str, visitor: str, kind: str, request: pytest.FixtureRequest):
    answer = send(request.getfixturevalue(visitor), address, kind=kind)
    assert answer.status_code == 415
    assert "この画面ではファイルを受け付けていません" in answer.text


def test_not_even_a_small_one_without_a_file(anonymous: Client, administrator: User):
    assert anonymous.generic("POST", LOG_IN, FIELD + END, "multipart/form-data; boundary=x").status_code == 415
    assert anonymous.post(LOG_IN, {"username": "hanako", "password": "x"}).status_code == 200


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_log_in_and_back_to_the_page(stranger: Client):
    answer = send(stranger, UPLOAD)
    assert (answer.status_code, answer["Location"]) == (302, f"{LOG_IN}?next={UPLOAD}")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [LOG_IN, UPLOAD])
@pytest.mark.parametrize("visitor", ["stranger", "member"])
def test_a_form_that_is_too_large_is_refused_unread(address: str, visitor: str, request: pytest.FixtureRequest):
    answer = send(request.getfixturevalue(visitor), address, kind="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "送信された内容が大きすぎます" in answer.text


def test_an_upload_that_is_far_too_large_is_refused_unread(member: Client):
    answer = send(member, UPLOAD, upload_limit.LARGEST_REQUEST + 1)
    assert answer.status_code == 413
    assert "送信された内容が大きすぎます" in answer.text


def test_the_token_of_the_upload_form_still_counts(member: Client):
    token = member.get(UPLOAD).text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    content = "社員番号\r\n".encode()
    assert member.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", content)}).status_code == 403
    assert not SyncJob.objects.exists()
    sent = {"file": SimpleUploadedFile("a.csv", content), "csrfmiddlewaretoken": token}
    assert member.post(UPLOAD, sent).status_code == 302
    assert SyncJob.objects.get().source_file.name == "a.csv"
