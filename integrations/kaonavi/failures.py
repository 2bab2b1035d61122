"""Pure: what kept a call from getting an answer, told apart by who mends it and where."""

import re
import ssl
from collections.abc import Iterator

import requests
from urllib3 import exceptions as urllib3_errors

from integrations.kaonavi.errors import (
    CertificateRejected,
    ConnectionRefused,
    NameUnknown,
    ProxyRefused,
    TimedOut,
    Unavailable,
)
from integrations.kaonavi.transport import NeverBegun

TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")  # how `http.client` tells a proxy's refusal
# How `requests` tells a REQUESTS_CA_BUNDLE that is not there
NO_BUNDLE = "Could not find a suitable TLS CA certificate bundle"
READING_FILES = ("X509", "PEM")  # the parts of OpenSSL that read certificates, as `ssl.SSLError.library` has them
UNTRUSTED = range(18, 22)  # OpenSSL's X509_V_ERR_…: self-signed, alone or in the chain, or an issuer that is not known
OUT_OF_DATE = (9, 10)
WRONG_NAME = (62, 64)

NOT_CONNECTED = (
    urllib3_errors.NewConnectionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    ssl.SSLCertVerificationError,
    NeverBegun,
)
TIMED_OUT = (TimeoutError, requests.Timeout, urllib3_errors.TimeoutError)


def failure_of(error: Exception, *, host: str, timeout: float, is_update: bool) -> Unavailable:
    """The error to raise for a call that ended without an answer.

    `host` is カオナビ's, `timeout` the seconds that the call had. `outcome_unknown` is false where not even a connection
    came about, so that カオナビ cannot have seen the request.
    """
    chain = tuple(_chain(error))
    tunnel = next((found for each in chain if (found := TUNNEL.search(str(each)))), None)
    was_sent = tunnel is None and not _has(chain, NOT_CONNECTED) and not _is_bad_bundle(chain)
    kind, problem = _told(chain, int(tunnel[1]) if tunnel else None, host, timeout)
    return kind(problem, outcome_unknown=is_update and was_sent)


def refused_by_proxy(status: int) -> str:
    """What a proxy's own answer means."""
    if status == 407:
        return "プロキシが認証（ユーザー名とパスワード）を求めています（407）。"
    return f"プロキシがカオナビへの接続を通しませんでした（{status}）。"


def _told(
    chain: tuple[BaseException, ...], tunnel: int | None, host: str, timeout: float
) -> tuple[type[Unavailable], str]:
    if tunnel is not None:
        return ProxyRefused, refused_by_proxy(tunnel)
    if _has(chain, (urllib3_errors.ProxyError, requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return ProxyRefused, "プロキシに接続できません。"
    if _is_bad_bundle(chain):
        return CertificateRejected, "環境変数 REQUESTS_CA_BUNDLE のファイルがないか、証明書（PEM）ではありません。"
    if _has(chain, (ssl.SSLError, urllib3_errors.SSLError, requests.exceptions.SSLError)):
        return CertificateRejected, _certificate(chain)
    if _has(chain, (urllib3_errors.NameResolutionError,)):
        return NameUnknown, f"「{host}」の名前解決に失敗しました。"
    if _has(chain, (urllib3_errors.NewConnectionError,)):  # before the time-outs, of which the library makes it one
        return ConnectionRefused, f"「{host}」への接続が拒否されたか、経路がありません。"
    if _has(chain, (requests.ConnectTimeout, urllib3_errors.ConnectTimeoutError)):
        return TimedOut, f"「{host}」への接続が、時間内に確立しませんでした。"
    if _has(chain, TIMED_OUT):
        return TimedOut, f"{timeout:g}秒待って打ち切りました。"
    return Unavailable, "接続が途中で切れました。"


def _is_bad_bundle(chain: tuple[BaseException, ...]) -> bool:
    return any(str(each).startswith(NO_BUNDLE) or getattr(each, "library", "") in READING_FILES for each in chain)


def _certificate(chain: tuple[BaseException, ...]) -> str:
    code = next((each.verify_code for each in chain if isinstance(each, ssl.SSLCertVerificationError)), None)
    if code is None:
        return "暗号化（TLS）の接続を確立できません。"
    if code in UNTRUSTED:
        return "証明書の発行元が信頼されていません。社内の機器が通信を検査していると、こうなることがあります。"
    if code in OUT_OF_DATE:
        return "証明書の有効期間から外れています。サーバーの時計が正しいかも確認してください。"
    if code in WRONG_NAME:
        return "証明書の名前が、接続先のアドレスと違います。"
    return "証明書を確認できません。"


def _has(chain: tuple[BaseException, ...], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(each, kinds) for each in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error with all that it was made of: libraries wrap one in another."""
    inner = [getattr(error, "reason", None), error.__cause__, *error.args]
    yield error
    for each in inner:
        if isinstance(each, BaseException):
            yield from _chain(each)
