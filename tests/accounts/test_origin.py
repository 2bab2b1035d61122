import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import guard
from accounts.origin import OriginMiddleware, address_of, current


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "127.0.0.1"),  # no proxy of ours: whatever the header says was written by the browser
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (2, "198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "127.0.0.1"),  # fewer hops than we have proxies: it did not come through them
        (1, "", "127.0.0.1"),
    ],
)
def test_it_believes_only_what_our_own_proxies_wrote(settings, proxies: int, forwarded: str, expected: str):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(RequestFactory().get("/", headers={"x-forwarded-for": forwarded})) == expected


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("198.51.100.7:51234", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("[fe80::7%25eth0]:443", "fe80::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("[::ffff:198.51.100.7]:443", "198.51.100.7"),
        ("unknown", "127.0.0.1"),
        ("_hidden:8080", "127.0.0.1"),
        ("198.51.100.7:port", "127.0.0.1"),
        ("[2001:db8::7", "127.0.0.1"),
        ("x" * 5000, "127.0.0.1"),
    ],
)
def test_one_visitor_is_one_address_however_the_proxy_writes_it(settings, written: str, address: str):
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", headers={"x-forwarded-for": f"10.0.0.1, {written}"})
    assert address_of(request) == address
    assert guard.client_address(request) == address


def test_the_server_s_own_word_for_the_visitor_is_read_the_same_way():
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="::ffff:198.51.100.7")) == "198.51.100.7"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) == ""  # a socket that is a file


def test_each_request_has_a_number_of_its_own():
    seen = []

    def answer(request):
        seen.append(current.get().request_id)
        return HttpResponse()

    middleware = OriginMiddleware(answer)
    answers = [middleware(RequestFactory().get("/"))["X-Request-ID"] for _ in range(2)]
    assert answers == seen
    assert len(set(seen)) == 2
    assert current.get().request_id == ""
