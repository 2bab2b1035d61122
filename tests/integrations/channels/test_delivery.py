"""Mail to a real SMTP server and chat to a real HTTP server: what arrives, and what is told of what does not."""

import logging
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.channels import Message, Outcome, Target, chat, deliver, mail, targets
from tests.factories.certificates import make_certificate, named
from tests.factories.chat_server import ChatServer, chat_server
from tests.factories.mail_server import PASSWORD, USER, MailServer, mail_server

pytestmark = pytest.mark.django_db  # the sender is at the address of the pages, which may stand in the database

MESSAGE = Message("【ミキワメ連携】件名", "一行目\n二行目\n三行目")
HANAKO, TARO = Target("mail", "hanako@example.co.jp"), Target("mail", "taro@example.co.jp")


@pytest.fixture
def use(settings):
    """Makes the server the one of EMAIL_URL."""

    def use_server(port: int, **others: object) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", port
        for name, value in others.items():
            setattr(settings, f"EMAIL_{name}", value)

    return use_server


@pytest.fixture
def post(use) -> Iterator[MailServer]:
    with mail_server() as server:
        use(server.port)
        yield server


@pytest.fixture
def room(settings) -> Iterator[ChatServer]:
    with chat_server() as server:
        settings.NOTIFY_URLS = [server.address]
        yield server


def test_each_address_gets_a_letter_of_its_own_and_the_chat_a_post(post, room):
    found = deliver(MESSAGE, targets([HANAKO.name, TARO.name]), sender="jinji@example.co.jp")
    assert set(found.values()) == {Outcome.SENT}
    assert [target.label for target in found] == ["hanako@example.co.jp", "taro@example.co.jp", "json"]
    assert [to for to, _ in post.letters] == [[HANAKO.name], [TARO.name]]
    letter = post.letters[0][1]
    assert (letter["To"], letter["From"]) == (HANAKO.name, "jinji@example.co.jp")
    assert (post.subjects[0], post.texts[0]) == (MESSAGE.subject, MESSAGE.text)
    assert letter["Auto-Submitted"] == "auto-generated"
    [posted] = room.posts
    assert (posted["title"], posted["message"]) == (MESSAGE.subject, MESSAGE.text)


def test_without_a_sender_it_is_the_user_of_the_server_or_a_name_at_our_address(post, settings):
    settings.SITE_URL, settings.IS_SITE_URL_GIVEN = "https://mikiwame.example.co.jp", True
    deliver(MESSAGE, [HANAKO])
    settings.DEFAULT_FROM_EMAIL = USER
    deliver(MESSAGE, [HANAKO])
    assert [letter["From"] for _, letter in post.letters] == ["mikiwame@mikiwame.example.co.jp", USER]


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        ({HANAKO.name: "550 no such user canary"}, Outcome.ADDRESS),
        ({HANAKO.name: "451 greylisted"}, Outcome.BUSY),
        ({"MAIL": "553 not yours"}, Outcome.SENDER),
        ({"DATA": "554 spam"}, Outcome.CONTENT),
        ({"DATA": "452 full"}, Outcome.BUSY),
    ],
)
def test_what_the_server_refuses_is_told_by_what_it_refuses(post, trouble, outcome, caplog):
    post.trouble = trouble
    assert deliver(MESSAGE, [HANAKO]) == {HANAKO: outcome}
    assert "canary" not in caplog.text
    assert outcome.sentence
    assert outcome.remedy


def test_an_address_that_is_refused_keeps_the_others_from_nothing(post):
    post.trouble = {HANAKO.name: "550 no such user"}
    assert deliver(MESSAGE, [HANAKO, TARO]) == {HANAKO: Outcome.ADDRESS, TARO: Outcome.SENT}


def test_a_server_that_hangs_costs_no_more_than_the_patience(post, room, settings):
    settings.EMAIL_TIMEOUT = 30
    post.pause = room.pause = 30
    begun = time.monotonic()
    [chat_of] = targets([])
    found = deliver(MESSAGE, [HANAKO, TARO, chat_of], patience=2)
    assert time.monotonic() - begun < 20  # they hang for 30 s
    assert found == {HANAKO: Outcome.UNCERTAIN, TARO: Outcome.LATE, chat_of: Outcome.UNCERTAIN}
    assert not Outcome.UNCERTAIN.may_be_tried_again
    assert Outcome.LATE.may_be_tried_again


def test_a_server_that_answers_too_late_to_a_letter_may_have_taken_it(post, settings):
    settings.EMAIL_TIMEOUT, post.pause = 2, 30
    assert deliver(MESSAGE, [HANAKO, TARO]) == {HANAKO: Outcome.UNCERTAIN, TARO: Outcome.UNREACHABLE}


def test_nobody_there_is_told_and_tried_again(use, settings, caplog):
    with mail_server() as server:
        port = server.port
    use(port, TIMEOUT=2)
    settings.NOTIFY_URLS = [f"json://127.0.0.1:{port}/canary-of-a-secret"]
    found = deliver(MESSAGE, targets([HANAKO.name]))
    assert list(found.values()) == [Outcome.REFUSED, Outcome.CHAT]
    assert all(outcome.may_be_tried_again for outcome in found.values())
    assert "canary" not in caplog.text


def test_without_a_server_nothing_is_sent_and_that_is_said():
    assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.NOT_SET}


def test_a_server_without_starttls_gets_no_password(use):
    with mail_server() as server:
        use(server.port, USE_TLS=True, HOST_USER=USER, HOST_PASSWORD=PASSWORD)
        assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.NO_STARTTLS}


def test_a_certificate_is_looked_at_and_one_that_is_trusted_is_enough(use, tmp_path, monkeypatch):
    file = make_certificate(tmp_path, named("localhost"))
    with mail_server(file, asks_for_password=True) as server:
        use(server.port, USE_TLS=True, HOST_USER=USER, HOST_PASSWORD=PASSWORD)
        assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.CERTIFICATE}
        assert mail.reach() is Outcome.CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert mail.reach() is Outcome.SENT
        assert server.letters == []
        assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.SENT}
        use(server.port, HOST_PASSWORD="another")
        assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.LOG_IN}


def test_a_certificate_of_another_server_is_refused(use, tmp_path, monkeypatch):
    file = make_certificate(tmp_path, named("smtp.example.com"))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with mail_server(file) as server:
        use(server.port, USE_TLS=True)
        assert deliver(MESSAGE, [HANAKO]) == {HANAKO: Outcome.CERTIFICATE}


def test_tls_from_the_start_to_a_server_that_speaks_plainly_is_told(use):
    with mail_server() as server:
        use(server.port, USE_SSL=True, TIMEOUT=1)
        assert deliver(MESSAGE, [HANAKO])[HANAKO] in {Outcome.TLS, Outcome.TIMED_OUT}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_chat_that_answers_no_is_told_and_its_address_is_not(room, status, caplog):
    room.status = status
    [target] = targets([])
    with caplog.at_level(logging.DEBUG, logger="integrations"):
        assert deliver(MESSAGE, [target]) == {target: Outcome.CHAT}
    assert "canary" not in caplog.text + target.name + repr(target)
    assert "json" in caplog.text


def test_a_chat_that_does_not_answer_in_time_may_have_taken_it(room, settings):
    room.pause = 30
    settings.NOTIFY_URLS = [f"{room.address}?rto=0.5"]
    [target] = targets([])
    assert deliver(MESSAGE, [target]) == {target: Outcome.UNCERTAIN}


def test_an_error_inside_a_channel_harms_nothing_and_its_text_is_not_logged(post, room, monkeypatch, caplog):
    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("canary of a secret")

    monkeypatch.setattr("apprise.Apprise.notify", explode)
    monkeypatch.setattr("integrations.channels.mail.EmailMessage.send", explode)
    assert set(deliver(MESSAGE, targets([HANAKO.name])).values()) == {Outcome.FAILED}
    assert "canary" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_chat_that_was_taken_out_of_the_variable_is_told(room, settings):
    [target] = targets([])
    settings.NOTIFY_URLS = []
    assert deliver(MESSAGE, [target]) == {target: Outcome.CHAT_GONE}
    assert chat.scheme_of(target.name) == "json"


def test_a_chat_is_called_by_what_it_is_however_its_address_is_written(settings):
    hook = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    settings.NOTIFY_URLS = [hook, "jsons://canary.example.co.jp/canary"]
    assert [target.label for target in targets([])] == ["slack", "jsons"]
    assert "canary" not in "".join(target.name for target in targets([]))


def test_each_outcome_has_words():
    for outcome in Outcome:
        assert outcome.sentence.endswith("。")
        assert outcome.remedy or outcome in {Outcome.SENT, Outcome.CHAT_GONE}


def test_the_context_of_tls_is_that_of_the_system(tmp_path: Path):
    """What the manual says of SSL_CERT_FILE holds for the library that Django uses."""
    assert ssl.get_default_verify_paths().openssl_cafile_env == "SSL_CERT_FILE"
