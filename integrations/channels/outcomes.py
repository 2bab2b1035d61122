"""What can become of a message on its way out, in words: what is wrong and what to do. No secret is in them."""

from collections.abc import Mapping
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one message to one target. The value is what is stored."""

    SENT = "sent"
    NOT_SET = "not_set"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    LATE = "late"
    CERTIFICATE = "certificate"
    TLS = "tls"
    NO_STARTTLS = "no_starttls"
    LOG_IN = "log_in"
    SENDER = "sender"
    ADDRESS = "address"
    CONTENT = "content"
    BUSY = "busy"
    CHAT = "chat"
    CHAT_GONE = "chat_gone"
    UNCERTAIN = "uncertain"
    FAILED = "failed"

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it certainly did not arrive, and may do so without anybody mending anything."""
        return self in PASSING

    @property
    def sentence(self) -> str:
        return WORDS[self][0]

    @property
    def remedy(self) -> str:
        return WORDS[self][1]


PASSING = {
    *(Outcome.NAME_UNKNOWN, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.TIMED_OUT, Outcome.LATE),
    *(Outcome.BUSY, Outcome.CHAT),
}
HOST = "EMAIL_URL のホスト名とポート"
WORDS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.SENT: ("送信しました。", ""),
    Outcome.NOT_SET: (
        "メールサーバーが設定されていません。",
        "サーバーの管理者が、環境変数 EMAIL_URL を設定して起動し直してください。",
    ),
    Outcome.NAME_UNKNOWN: (
        "メールサーバーのホスト名が見つかりません。",
        "EMAIL_URL のホスト名の綴りと、このサーバーのDNSの設定を確認してください。",
    ),
    Outcome.REFUSED: (
        "メールサーバーが接続を受け付けません。",
        f"{HOST}、間のファイアウォールを確認してください。",
    ),
    Outcome.UNREACHABLE: (
        "メールサーバーとつながらないか、接続が途中で切れました。",
        f"{HOST}、このサーバーからのネットワークの経路を確認してください。",
    ),
    Outcome.TIMED_OUT: (
        "メールサーバーが時間内に応答しませんでした。",
        f"{HOST}、間のファイアウォールを確認してください。465番ポートは smtp+ssl:// です。",
    ),
    Outcome.LATE: ("時間が足りず、まだ送信していません。", "相手のサーバーの応答が遅くないかを確認してください。"),
    Outcome.CERTIFICATE: (
        "メールサーバーの証明書を確認できません。",
        "EMAIL_URL のホスト名が証明書のものと同じか、期限、認証局（社内のものは SSL_CERT_FILE）を確認してください。",
    ),
    Outcome.TLS: (
        "メールサーバーとの暗号化（TLS）した接続を始められませんでした。",
        "EMAIL_URL を、587番ポートでは smtp+tls://、465番ポートでは smtp+ssl:// としてください。",
    ),
    Outcome.NO_STARTTLS: (
        "メールサーバーが STARTTLS に対応していません。",
        "EMAIL_URL を、465番ポートの smtp+ssl:// とするか、社内の中継サーバーでは smtp:// としてください。",
    ),
    Outcome.LOG_IN: (
        "メールサーバーが、ユーザー名またはパスワードを受け付けません。",
        "EMAIL_URL のユーザー名とパスワードを確認してください。アプリ パスワードが要るサービスもあります。",
    ),
    Outcome.SENDER: (
        "メールサーバーが差出人を受け付けません。",
        "「差出人」を、EMAIL_URL のユーザーが送信できるアドレスにしてください。",
    ),
    Outcome.ADDRESS: (
        "メールサーバーがこの宛先を受け付けません。",
        "メールアドレスの綴りと、このサーバーからの中継が許可されているかを確認してください。",
    ),
    Outcome.CONTENT: (
        "メールサーバーがメールの内容を受け付けません。",
        "メールサーバーの管理者に、迷惑メールの判定などを確認してください。",
    ),
    Outcome.BUSY: (
        "メールサーバーが、いまは受け付けられないと応答しました。",
        "しばらく待ってください。続く場合は、メールサーバーの管理者に確認してください。",
    ),
    Outcome.CHAT: (
        "チャットに届きませんでした。",
        "NOTIFY_URLS のアドレスが今も有効か、このサーバーから届くか（社外へのプロキシは HTTPS_PROXY）を確認してください。",
    ),
    Outcome.CHAT_GONE: ("送り先が NOTIFY_URLS から取り除かれました。", ""),
    Outcome.UNCERTAIN: (
        "送信の途中で応答がなくなりました。届いたかどうかは分かりません。",
        "二重に届かないよう、送り直しません。相手のサーバーの状態を確認し、「テスト送信」で確かめてください。",
    ),
    Outcome.FAILED: (
        "送信できませんでした。",
        "サーバーの管理者が、ワーカーのログの同じ時刻の行を確認してください。",
    ),
}
