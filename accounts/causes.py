"""Why database, queue or disk refused: told from the error's own mark, with what to do about it.

The marks are SQLSTATE, SQLite's error name, errno and the kind of error of the queue's client. They are nobody's
personal data, unlike an error's text, in which databases quote values, names and addresses: the text is read here
where nothing else tells (PostgreSQL's client gives no SQLSTATE for a connection that failed), and never handed on.
"""

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    """What refused. The value is what people call it."""

    DATABASE = "データベース"
    QUEUE = "キュー（Redis）"
    MACHINE = "このサーバー"


class Code(StrEnum):
    """Every cause that is told apart."""

    PASSWORD_WRONG = "PASSWORD_WRONG"  # noqa: S105 - a code
    ACCESS_REFUSED = "ACCESS_REFUSED"
    DATABASE_MISSING = "DATABASE_MISSING"
    CONNECTION_REFUSED = "CONNECTION_REFUSED"
    CONNECTION_LOST = "CONNECTION_LOST"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    UNREACHABLE = "UNREACHABLE"
    STARTING = "STARTING"
    TIMED_OUT = "TIMED_OUT"
    TLS_REQUIRED = "TLS_REQUIRED"
    TLS_FAILED = "TLS_FAILED"
    TOO_MANY_CONNECTIONS = "TOO_MANY_CONNECTIONS"
    TOO_MANY_FILES = "TOO_MANY_FILES"
    DISK_FULL = "DISK_FULL"
    DISK_BROKEN = "DISK_BROKEN"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    CANNOT_OPEN = "CANNOT_OPEN"
    READ_ONLY = "READ_ONLY"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    LOCKED = "LOCKED"
    DAMAGED = "DAMAGED"
    NOT_MIGRATED = "NOT_MIGRATED"
    NOT_SAVED = "NOT_SAVED"
    POOLED = "POOLED"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something was refused: a sentence, and the remedy for whoever runs the product."""

    code: Code
    service: Service
    sentence: str
    remedy: str


VARIABLES = {Service.DATABASE: "DATABASE_URL", Service.QUEUE: "CELERY_BROKER_URL"}
SENTENCES: Mapping[Code, tuple[str, str]] = {
    Code.PASSWORD_WRONG: (
        "{service}が、ユーザー名またはパスワードを受け付けません。",
        "環境変数 {variable} のユーザー名とパスワードを確認し、起動し直してください。",
    ),
    Code.ACCESS_REFUSED: (
        "{service}が、このサーバーからの接続、またはこのユーザーの接続を許可していません。",
        "{service}の側で、接続元のアドレスとユーザーを許可してください（PostgreSQL では pg_hba.conf とロールの LOGIN）。",
    ),
    Code.DATABASE_MISSING: (
        "接続先に、指定された名前（番号）のデータベースがありません。",
        "環境変数 {variable} の最後のデータベース名（番号）を確認するか、データベースを作成してください。",
    ),
    Code.CONNECTION_REFUSED: (
        "{service}が動いていないか、接続を受け付けていません。",
        "{service}を起動し、環境変数 {variable} のホスト名とポート、間のファイアウォールを確認してください。",
    ),
    Code.CONNECTION_LOST: (
        "{service}との接続が途中で切れました。",
        "{service}が再起動していないか、間のネットワーク機器が接続を切っていないかを確認してください。戻れば自動で続きます。",
    ),
    Code.NAME_UNKNOWN: (
        "{service}のホスト名が見つかりません（DNSによる名前解決の失敗）。",
        "環境変数 {variable} のホスト名の綴りと、このサーバーのDNSの設定を確認してください。",
    ),
    Code.UNREACHABLE: (
        "{service}のサーバーに届きません。",
        "環境変数 {variable} のホスト名と、このサーバーからのネットワークの経路を確認してください。",
    ),
    Code.STARTING: (
        "{service}が起動または停止の途中です。",
        "数分待っても変わらない場合は、{service}のログを確認してください。",
    ),
    Code.TIMED_OUT: (
        "{service}が時間内に応答しませんでした。",
        "{service}の負荷と、間のファイアウォールを確認してください。応答しないままの場合は、{service}を再起動してください。",
    ),
    Code.TLS_REQUIRED: (
        "{service}が、暗号化（TLS）していない接続を許可していません。",
        "環境変数 {variable} を ?sslmode=require（Redis は rediss://）とするか、{service}の側で接続元を許可してください。",
    ),
    Code.TLS_FAILED: (
        "{service}との暗号化（TLS）した接続を始められませんでした。",
        "{service}の側でTLSが有効か、証明書の期限とホスト名、環境変数 {variable} のTLSの指定を確認してください。",
    ),
    Code.TOO_MANY_CONNECTIONS: (
        "{service}への接続の数が上限に達しています。",
        "ほかのプログラムの接続を減らすか、{service}の上限（max_connections、Redis は maxclients）を上げてください。",
    ),
    Code.TOO_MANY_FILES: (
        "開いているファイルの数が上限に達しています。",
        "このサーバーの上限（ulimit -n、systemd では LimitNOFILE）を上げ、起動し直してください。",
    ),
    Code.DISK_FULL: (
        "{service}のディスクに空きがありません。",
        "不要なファイルを消すか、ディスクを大きくしてください。空きができれば自動で続きます。",
    ),
    Code.DISK_BROKEN: (
        "{service}のディスクを読み書きできませんでした。",
        "ディスクの故障、ネットワーク上のディスクの切断、容量の割り当て（クォータ）を確認してください。",
    ),
    Code.PERMISSION_DENIED: (
        "{service}が、必要な操作の権限がないとして断りました。",
        "PostgreSQL では所有者で manage.py migrate と manage.py application_role を、Redis では ACL を確認してください。",
    ),
    Code.CANNOT_OPEN: (
        "データベースのファイルを開けません。",
        "環境変数 DATABASE_URL のパス、フォルダーの所有者と権限、ディスクが読み取り専用になっていないかを確認してください。",
    ),
    Code.READ_ONLY: (
        "{service}が読み取り専用で、書き込めません。",
        "接続先が複製（レプリカ）でないか、切り替え（フェイルオーバー）の途中でないかを確認してください。",
    ),
    Code.OUT_OF_MEMORY: (
        "{service}のメモリーが足りません。",
        "メモリーの上限（Redis は maxmemory）を上げるか、ほかのプログラムの使うメモリーを減らしてください。",
    ),
    Code.LOCKED: (
        "{service}がほかの書き込みでふさがっていました。",
        "少し待てば続きます。繰り返す場合は、長く開いたままの接続（バックアップ、手作業の SQL など）がないかを確認してください。",
    ),
    Code.DAMAGED: (
        "データベースの内容が壊れています。",
        "すぐに止め、いまのファイルを別の場所に写してから、バックアップから戻してください。ディスクの故障も確認してください。",
    ),
    Code.NOT_MIGRATED: (
        "データベースの表が、この版のものではありません。",
        "manage.py migrate を実行してください。",
    ),
    Code.POOLED: (
        "データベースの前の中継（PgBouncer など）が、接続を処理の途中で取り替えました。",
        "環境変数 DATABASE_URL の DISABLE_SERVER_SIDE_CURSORS=false と prepare_threshold を取り除いてください。",
    ),
    Code.NOT_SAVED: (
        "キュー（Redis）が、内容をディスクに保存できないため書き込みを断っています。",
        "キューのサーバーのディスクの空きと、保存先のフォルダーの権限を確認してください。",
    ),
}
# Where the service asks for another remedy.
ELSEWHERE: Mapping[tuple[Code, Service], tuple[str, str]] = {
    (Code.PERMISSION_DENIED, Service.MACHINE): (
        "このサーバーで、ファイルを読み書きする権限がありません。",
        "データのフォルダーの所有者と権限を、製品を動かしている利用者のものにしてください。",
    ),
    (Code.READ_ONLY, Service.MACHINE): (
        "このサーバーのディスクが読み取り専用です。",
        "ディスクの故障で読み取り専用になっていないか、マウントの指定を確認してください。",
    ),
    (Code.OUT_OF_MEMORY, Service.MACHINE): (
        "このサーバーのメモリーが足りません。",
        "メモリーを増やすか、ほかのプログラムの使うメモリーを減らしてください（docs/operations.md の機器の目安）。",
    ),
}
OF_THE_MACHINE = {  # whom a network error without a service is about, others tell: カオナビ's client, the mail server's
    *(Code.DISK_FULL, Code.DISK_BROKEN, Code.PERMISSION_DENIED, Code.READ_ONLY, Code.OUT_OF_MEMORY),
    Code.TOO_MANY_FILES,
}
FILE_READ_ONLY = (
    "データベースのファイルが読み取り専用で、書き込めません。",
    "ファイルとそのフォルダーの所有者と権限、ディスクが読み取り専用になっていないかを確認してください。",
)

SQLSTATES = {
    "28P01": Code.PASSWORD_WRONG,
    "28000": Code.ACCESS_REFUSED,
    "3D000": Code.DATABASE_MISSING,
    "53100": Code.DISK_FULL,
    "53200": Code.OUT_OF_MEMORY,
    "53300": Code.TOO_MANY_CONNECTIONS,
    "42501": Code.PERMISSION_DENIED,
    "25006": Code.READ_ONLY,
    "57014": Code.TIMED_OUT,  # a statement that took too long
    "25P03": Code.TIMED_OUT,
    "25P04": Code.TIMED_OUT,
    "57P05": Code.TIMED_OUT,
    "55P03": Code.LOCKED,
    "40P01": Code.LOCKED,
    "40001": Code.LOCKED,
    "57P01": Code.CONNECTION_LOST,
    "57P02": Code.CONNECTION_LOST,
    "57P03": Code.STARTING,
    "58030": Code.DISK_BROKEN,
    "XX001": Code.DAMAGED,
    "XX002": Code.DAMAGED,
    "42P01": Code.NOT_MIGRATED,
    "42703": Code.NOT_MIGRATED,
    "34000": Code.POOLED,  # a cursor, or a prepared statement, that another connection has
    "26000": Code.POOLED,
    "42P05": Code.POOLED,
}
SQLITE_NAMES = {  # also of the extended names that begin so
    "SQLITE_BUSY": Code.LOCKED,
    "SQLITE_LOCKED": Code.LOCKED,
    "SQLITE_READONLY": Code.READ_ONLY,
    "SQLITE_FULL": Code.DISK_FULL,
    "SQLITE_PERM": Code.PERMISSION_DENIED,
    "SQLITE_CANTOPEN": Code.CANNOT_OPEN,
    "SQLITE_NOMEM": Code.OUT_OF_MEMORY,
    "SQLITE_IOERR_NOMEM": Code.OUT_OF_MEMORY,
    "SQLITE_IOERR": Code.DISK_BROKEN,
    "SQLITE_CORRUPT": Code.DAMAGED,
    "SQLITE_NOTADB": Code.DAMAGED,
}
QUEUE_ERRORS = {  # classes of the client, each for a prefix of the server's answer
    "OutOfMemoryError": Code.OUT_OF_MEMORY,
    "ReadOnlyError": Code.READ_ONLY,
    "AuthenticationError": Code.PASSWORD_WRONG,
    "AuthenticationWrongNumberOfArgsError": Code.PASSWORD_WRONG,
    "NoPermissionError": Code.PERMISSION_DENIED,
    "BusyLoadingError": Code.STARTING,
    "ClusterDownError": Code.STARTING,
    "MasterDownError": Code.STARTING,
    "MaxConnectionsError": Code.TOO_MANY_CONNECTIONS,
    "TimeoutError": Code.TIMED_OUT,
}
NUMBERS = {
    errno.ENOSPC: Code.DISK_FULL,
    errno.EDQUOT: Code.DISK_FULL,
    errno.EACCES: Code.PERMISSION_DENIED,
    errno.EPERM: Code.PERMISSION_DENIED,
    errno.EROFS: Code.READ_ONLY,
    errno.ENOMEM: Code.OUT_OF_MEMORY,
    errno.EIO: Code.DISK_BROKEN,
    errno.EMFILE: Code.TOO_MANY_FILES,
    errno.ENFILE: Code.TOO_MANY_FILES,
    errno.ECONNREFUSED: Code.CONNECTION_REFUSED,
    errno.ECONNRESET: Code.CONNECTION_LOST,
    errno.EPIPE: Code.CONNECTION_LOST,
    errno.EHOSTUNREACH: Code.UNREACHABLE,
    errno.ENETUNREACH: Code.UNREACHABLE,
    errno.ETIMEDOUT: Code.TIMED_OUT,
}
# What PostgreSQL's client says of a connection that failed, in its server's language; and what has no mark elsewhere.
TEXTS = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"authentication failed|no password supplied|認証に失敗", Code.PASSWORD_WRONG),
        (r"pg_hba\.conf.*SSL(?: encryption|暗号化)", Code.ACCESS_REFUSED),
        (r"no pg_hba\.conf entry.*no encryption|暗号化なし.*エントリがありません", Code.TLS_REQUIRED),
        (r"pg_hba\.conf|not permitted to log in|ログインが許可されません", Code.ACCESS_REFUSED),
        (r"permission denied for database|へのアクセスが拒否されました", Code.ACCESS_REFUSED),
        (r'(?:role |ロール)".*" ?(?:does not exist|は存在しません)', Code.PASSWORD_WRONG),
        (r'(?:database |データベース)".*" ?(?:does not exist|は存在しません)', Code.DATABASE_MISSING),
        (r"DB index is out of range", Code.DATABASE_MISSING),
        (r"too many c|connection slots are reserved|多すぎます|接続スロット", Code.TOO_MANY_CONNECTIONS),
        (r"max number of clients reached|no more connections allowed", Code.TOO_MANY_CONNECTIONS),
        (r"starting up|shutting down|recovery mode|not accepting connections", Code.STARTING),
        (r"起動処理中|シャットダウンして|リカバリモード|接続を受け付けていません", Code.STARTING),
        (r"could not translate host name|failed to resolve host|Name or service not known", Code.NAME_UNKNOWN),
        (r"Connection refused|No such file or directory", Code.CONNECTION_REFUSED),
        (r"No route to host|Network is unreachable", Code.UNREACHABLE),
        (r"timeout expired|timed out", Code.TIMED_OUT),
        (r"SSL connection has been closed", Code.CONNECTION_LOST),
        (r"SSL|certificate", Code.TLS_FAILED),
        (r"closed the connection|connection is lost|connection (?:already|is) closed", Code.CONNECTION_LOST),
        (r"could not receive data|could not send data|Connection closed by", Code.CONNECTION_LOST),
        (r"^MISCONF", Code.NOT_SAVED),
        (r"^no such (?:table|column)", Code.NOT_MIGRATED),
    )
)


def cause_of(error: BaseException) -> Cause | None:
    """Why it happened; None where nothing that is known tells."""
    errors = list(chain(error))
    code = next((code for each in errors if (code := code_of(each))), None)
    service = next((service for each in errors if (service := service_of(each))), Service.MACHINE)
    if code is None or (service is Service.MACHINE and code not in OF_THE_MACHINE):
        return None
    if code is Code.READ_ONLY and any(hasattr(each, "sqlite_errorname") for each in errors):
        return Cause(code, service, *FILE_READ_ONLY)
    return cause(code, service)


def cause(code: Code, service: Service) -> Cause:
    """What the code means of this service."""
    words = {"service": service.value, "variable": VARIABLES.get(service, "")}
    sentence, remedy = (text.format(**words) for text in ELSEWHERE.get((code, service), SENTENCES[code]))
    return Cause(code, service, sentence, remedy)


def told(error: BaseException) -> str:
    """The error for a line of log: its kind, its mark and its cause, where there are any. Never its text."""
    marks = [mark for each in chain(error) if (mark := mark_of(each))][:1]
    known = cause_of(error)
    return ", ".join([type(error).__name__, *marks, *([known.code] if known else [])])


def told_with_remedy(error: BaseException) -> str:
    """The same, and for a cause that is known what it means and what to do."""
    known = cause_of(error)
    return f"{told(error)}: {known.sentence}{known.remedy}" if known else told(error)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and each that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def mark_of(error: BaseException) -> str:
    """SQLSTATE, SQLite's name or errno's; "" without one."""
    if mark := getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None):
        return str(mark)
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, "")


def code_of(error: BaseException) -> Code | None:
    """What this error alone says."""
    if isinstance(error, MemoryError):
        return Code.OUT_OF_MEMORY
    if isinstance(error, OSError):
        return code_of_machine(error)
    if state := getattr(error, "sqlstate", None):
        return SQLSTATES.get(state) or (Code.CONNECTION_LOST if state.startswith("08") else None)
    if name := getattr(error, "sqlite_errorname", None):
        known = (code for start, code in SQLITE_NAMES.items() if name == start or name.startswith(f"{start}_"))
        return next(known, None) or (code_of_text(error) if name == "SQLITE_ERROR" else None)
    if is_of(error, "redis", "valkey"):
        return QUEUE_ERRORS.get(type(error).__name__) or code_of_text(error)
    if is_of(error, "django.db") and error.__cause__:  # the driver's own error knows
        return None
    return code_of_text(error) if is_of(error, "psycopg", "django.db") else None


def code_of_machine(error: OSError) -> Code | None:
    if isinstance(error, socket.gaierror):
        return Code.NAME_UNKNOWN
    if isinstance(error, TimeoutError):
        return Code.TIMED_OUT
    if isinstance(error, ssl.SSLError):
        return Code.TLS_FAILED
    return NUMBERS.get(error.errno or 0)


def code_of_text(error: BaseException) -> Code | None:
    text = str(error)
    return next((code for pattern, code in TEXTS if pattern.search(text)), None)


def service_of(error: BaseException) -> Service | None:
    if is_of(error, "psycopg", "sqlite3", "django.db"):
        return Service.DATABASE
    return Service.QUEUE if is_of(error, "redis", "valkey", "kombu", "amqp") else None


def is_of(error: BaseException, *packages: str) -> bool:
    """Whether the error's class comes from one of these packages."""
    home = type(error).__module__
    return any(home == package or home.startswith(f"{package}.") for package in packages)
