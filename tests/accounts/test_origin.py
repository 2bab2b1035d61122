import pytest
from django.http import HttpResponse
from django.test import RequestFactory

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
