"""A provider of OpenID Connect that runs in the tests: a real server with keys of its own, which can also tell lies.

It answers as the specification says. A test changes what it does next by `lies`: claims that it puts into its tokens
instead of the true ones (None leaves one out), or the name of something that goes wrong.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "mikiwame", "the provider's secret"
KEY, STRANGERS_KEY = (RSAKey.generate_key(2048, {"kid": name}, auto_kid=False) for name in ("one", "one"))


@dataclass
class Provider:
    """The server and what it was asked. `person` is who is logged in there: sub, email, email_verified."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)  # path → what it answers instead
    asked: dict[str, str] = field(default_factory=dict)  # the last question, as it stood in the address
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def log_in(self, question: str) -> str:
        """What the person's browser does at the provider: where it is sent back to, with a code."""
        answer = requests.get(question, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def description(self) -> dict[str, Any]:
        found = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        if self.trouble == "another issuer":
            found["issuer"] = "https://somebody-else.example"
        if self.trouble == "keys in clear text":
            found["jwks_uri"] = "http://keys.example/keys"
        return found

    def token(self, asked: dict[str, str]) -> str:
        """Who the person is, signed for whoever asked."""
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **({"auth_time": now} if "max_age" in asked else {}),
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.trouble == "no signature":
            return f"{unsigned({'alg': 'none'}, claims)}."
        if self.trouble == "signed with the public key":  # which everybody knows, as if it were a shared secret
            text = unsigned({"alg": "HS256", "kid": "one"}, claims)
            return f"{text}.{base64_of(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"
        key = STRANGERS_KEY if self.trouble == "another key" else KEY
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


def base64_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(*parts: dict[str, Any]) -> str:
    """Head and claims of a token."""
    return ".".join(base64_of(json.dumps(part).encode()) for part in parts)


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        provider, parts = self.provider, urlsplit(self.path)
        if provider.trouble == "slow":
            provider.stop.wait(60)
        if provider.trouble == "dripping":
            self.drip()
        elif parts.path in provider.bodies:
            self.answer_with(provider.bodies[parts.path])
        elif parts.path == "/.well-known/openid-configuration":
            self.answer(200, provider.description())
        elif parts.path == "/keys":
            self.answer(200, {"keys": [KEY.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]})
        elif parts.path == "/authorize":
            self.authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
        else:
            self.answer(404, {})

    def authorize(self, asked: dict[str, str]) -> None:
        provider = self.provider
        provider.asked = asked
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        answer = {"state": asked["state"]}
        if provider.trouble == "declined":
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            provider.codes[answer["code"]] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def do_POST(self) -> None:
        provider = self.provider
        sent = {
            name: values[0]
            for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        if provider.trouble == "slow in the end":
            provider.stop.wait(60)
        asked = provider.codes.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64_of(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or sent.get("redirect_uri") != asked["redirect_uri"]:
            self.answer(400, {"error": "invalid_grant"})
        elif self.headers["Authorization"] != f"Basic {basic}":
            self.answer(401, {"error": "invalid_client"})
        elif "/token" in provider.bodies:
            self.answer_with(provider.bodies["/token"])
        elif provider.trouble == "broken":
            self.answer(503, {})
        elif provider.trouble == "sent elsewhere":
            self.send_response(307)
            self.send_header("Location", "http://elsewhere.example/")
            self.end_headers()
        else:
            answer = {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": provider.token(asked)}
            if provider.trouble == "no token":
                del answer["id_token"]
            self.answer(200, answer)

    def drip(self) -> None:
        """A head that never ends, a byte now and then: no silence is long."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        with suppress(OSError):
            while self.provider.trouble == "dripping" and not self.provider.stop.wait(0.05):
                self.wfile.write(b"x")

    def answer(self, status: int, document: dict[str, Any]) -> None:
        self.answer_with(json.dumps(document).encode(), status)

    def answer_with(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked may have had enough
            self.wfile.write(body)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider at a free port of this machine."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (Handler,), {"provider": provider}))
    server.daemon_threads = True
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        provider.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
