"""Settings, read from the environment from top to bottom. `.env.example` explains each variable.

With DJANGO_DEBUG unset this is the embedded default, production on one machine: SQLite, a broker of our own and secrets
made at the first start, all under `.data/`. `true` is for developers. With `false` nothing has a default that would be
unsafe: each variable that is missing is refused by name.
"""

import math
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mikiwame_kaonavi import environment, logs, variables, version

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"  # embedded default only: database, broker, generated keys; mode 0700

env = variables.Variables(BASE_DIR / ".env")  # NAME_FILE is read where NAME is a mounted secret

DEBUG = env.bool("DJANGO_DEBUG", default=False)
IS_EMBEDDED = not env.str("DJANGO_DEBUG", default="").strip()
IS_STRICT = not DEBUG and not IS_EMBEDDED


def kept_secret(name: str, make: Callable[[], str]) -> str:
    """A secret of the embedded default: made once, kept in a file that only we can read."""
    path = DATA_DIR / name
    DATA_DIR.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # the first of several processes wins, and none reads half a file
        draft.unlink()
    return path.read_text().strip()


def required(name: str, embedded: Callable[[], str]) -> str:
    """The variable, or the embedded default, which nobody uses who has services of their own."""
    value = env.str(name, default="")
    if value:
        return str(value)
    if IS_STRICT:
        raise ImproperlyConfigured(
            f"環境変数 {name} を設定してください（DJANGO_DEBUG=false では必須です。"
            "1台のマシンで動かすなら、DJANGO_DEBUG を設定せずに script/serve を実行すれば、ほかの変数は要りません）。"
        )
    return embedded()


VERSION = version.product_version()
CODE_VERSION = version.fingerprint_of_code()

# --- Django ----------------------------------------------------------------------------------------------------------
SECRET_KEY = environment.secret_key(
    required("DJANGO_SECRET_KEY", lambda: kept_secret("secret-key", lambda: secrets.token_urlsafe(64))),
    is_strict=not DEBUG,
)
ALLOWED_HOSTS = environment.hosts(
    required("DJANGO_ALLOWED_HOSTS", lambda: "localhost,127.0.0.1,[::1]"), is_strict=not DEBUG
)
# Else `accounts.site` knows the address that was chosen on the first day; its host is answered beside those above.
IS_SITE_URL_GIVEN = bool(env.str("SITE_URL", default=""))
DO_HOSTS_FOLLOW_SITE = IS_EMBEDDED and not env.str("DJANGO_ALLOWED_HOSTS", default="")
PORT = os.environ.get("PORT", "")  # on which the launcher serves
SITE_URL = environment.site_url(
    required("SITE_URL", lambda: f"http://localhost:{PORT if PORT.isdecimal() else 8000}"),
    allowed_hosts=None if DEBUG or DO_HOSTS_FOLLOW_SITE else ALLOWED_HOSTS,
    is_strict=IS_STRICT,
)
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]
SUPPORT_URL = environment.link(
    "SUPPORT_URL", env.str("SUPPORT_URL", default="https://mikiwame-client.zendesk.com/hc/ja/requests/new")
)
SUPPORT_HOURS = env.str("SUPPORT_HOURS", default="平日9時から18時")

INSTALLED_APPS = [
    "accounts.operators.OperatorsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "accounts",  # its `runserver` comes before the next one's
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "axes",
    "departments",
    "employees",
    "assessments",
    "integrations",
]
MIDDLEWARE = [
    "accounts.origin.OriginMiddleware",
    "accounts.request_log.RequestLogMiddleware",
    *(["accounts.site_middleware.SiteMiddleware"] if IS_EMBEDDED else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.watchers.WatchersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.sessions.SessionLimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.file_bodies.FileBodiesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.kept_forms.LogInMiddleware",
    "accounts.policy.LogInPolicyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.kept_forms.KeptFormsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: turns a refused log-in into the page that says so
    *(["accounts.errors.NotFoundMiddleware"] if DEBUG else []),
]
ROOT_URLCONF = "mikiwame_kaonavi.urls"
WSGI_APPLICATION = "mikiwame_kaonavi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["mikiwame_kaonavi.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.screen",
            ],
            "libraries": {
                "heroicons": "accounts.templatetags.icons"  # the package is no app of ours: its tags come from here
            },
        },
    },
]
LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True
DEFAULT_EXCEPTION_REPORTER_FILTER = "accounts.error_reports.PlacesOnly"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database --------------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(env.str("DATABASE_URL", default=""), DATA_DIR / "db.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        # One writer at a time that waits its turn, readers never blocked: else most web writes fail as locked.
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
        " PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY",
    )
    Path(DATABASES["default"]["NAME"]).parent.mkdir(mode=0o700, exist_ok=True)
else:
    DATABASES["default"] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True} | DATABASES["default"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that vanished without a word is noticed within half a minute instead of two hours.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=5, keepalives_idle=10, keepalives_interval=5, keepalives_count=3, tcp_user_timeout=30_000
    )
    os.environ.setdefault("PGTZ", "UTC")  # asked for with the connection: Django need not ask in each of them
# Where web, worker and beat are given a role of PostgreSQL that owns nothing: its address, for the owner that makes it.
APPLICATION_DATABASE_URL = env.str("APPLICATION_DATABASE_URL", default="")

# How many processes of the web server there are: it reads that for itself, and the launcher hands it on.
WEB_CONCURRENCY = env.whole("WEB_CONCURRENCY", default=2, least=1, most=100)

# How many proxies of ours stand before the web process: so many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", default=0, least=0, most=10)

# --- Log-in ----------------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{rule}", "OPTIONS": options}
    for rule, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # seconds that a one-time link for setting a password works
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.SecondFactorBackend",
]
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = environment.oidc(
    env.str("OIDC_ISSUER", default=""),
    env.str("OIDC_CLIENT_ID", default=""),
    env.str("OIDC_CLIENT_SECRET", default=""),
    is_strict=not DEBUG,
)
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5  # of an account from one address; `accounts.guard` has the wider limits
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "accounts.guard.Guard"
AXES_CLIENT_IP_CALLABLE = "accounts.guard.client_address"
AXES_USERNAME_CALLABLE = "accounts.guard.fingerprint_of_name"
AXES_LOCKOUT_CALLABLE = "accounts.guard.show_locked_out"
AXES_DISABLE_ACCESS_LOG = True  # our audit trail is that
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# --- What a browser may do with our pages ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accounts.errors.show_untrusted"
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60  # at most; `accounts.sessions` ends one that was left alone earlier
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes of a form; files have a limit of their own
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a role may name thousands of departments
DATA_UPLOAD_MAX_NUMBER_FILES = 5
if IS_EMBEDDED:  # HSTS, redirect and the cookies' Secure by the address that was chosen: `accounts.site_middleware`
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
if IS_STRICT:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static" if IS_EMBEDDED else BASE_DIR / "static_root"
STATICFILES_DIRS = [BASE_DIR / "mikiwame_kaonavi" / "static", ("manual", BASE_DIR / "docs" / "images")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "mikiwame_kaonavi.static_files.CollectedOrNot"
        if IS_EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_STRICT
WHITENOISE_AUTOREFRESH = DEBUG or (IS_EMBEDDED and not STATIC_ROOT.exists())  # nothing was collected

# --- Uploads ---------------------------------------------------------------------------------------------------------
FILE_UPLOAD_HANDLERS = [
    "integrations.files.upload_limit.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
]
# Never on the disk: a process that is killed would leave a file full of people in /tmp. `SizeLimit` takes far less.
FILE_UPLOAD_MAX_MEMORY_SIZE = 200 * 1024 * 1024  # bytes of a request, as `uploads.LARGEST_REQUEST`

# --- Queue -----------------------------------------------------------------------------------------------------------
BROKER_URL_FILE = DATA_DIR / "broker-url"  # left there, readable by us alone, by the launcher of the embedded broker
CELERY_BROKER_URL = environment.broker(env.str("CELERY_BROKER_URL", default="")) or (
    BROKER_URL_FILE.read_text().strip() if BROKER_URL_FILE.exists() else "redis://127.0.0.1:6379/0"
)
CELERY_TASK_IGNORE_RESULT = True  # the job row in the database is the truth; a message only wakes it
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A step whose message is delivered again does nothing (its lease number is old), so no step need be cut off for that.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Seconds until an unfinished step is given up; ending the pool takes two more. Needs REMAP_SIGTERM=SIGQUIT.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4.0
CELERY_TASK_TIME_LIMIT = 1800  # seconds; the longest step takes minutes, so this one hangs: its process is ended
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that fails over refuses connections, and then answers READONLY, LOADING or UNBLOCKED: a worker connects anew,
# as long as it takes, and whoever sends does so for each message, never to the master of before.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_POOL_LIMIT = 0
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Whoever clicks does not wait for a broker that is away: the row is there, a supervisor sends the message again.
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "remove-old-jobs": {"task": "integrations.tasks.remove_old_jobs", "schedule": crontab(hour=4, minute=30)},
    # hourly: whether one is due; there is none but of the database in our own data folder
    "fill-search-keys": {"task": "integrations.tasks.fill_search_keys", "schedule": crontab(minute="*/5")},
    # in vain where the one before still waits: nothing piles up while no worker is there
    "look": {"task": "integrations.automation.tasks.look", "schedule": 30.0, "options": {"expires": 30}},
    "back-up": {"task": "integrations.operations.backup.daily.back_up_daily", "schedule": crontab(minute=20)},
}
CELERY_BEAT_SCHEDULER = "integrations.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10  # seconds between two looks
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# --- Background jobs --------------------------------------------------------------------------------------------------
# Seconds. Product rules, so no environment variable changes them: a dead run is found in 60 s, a worker leaves in 8.
JOB_HEARTBEAT = 5.0  # between two signs of life of a step
JOB_LOOK_EVERY = 3.0  # between two looks of an observer, and two signs of life of a worker
JOB_LOOK_AT_REST = 10.0  # the same while nothing runs; the looks are those of all observers together
JOB_DEAD_AFTER = 45.0  # a step whose sign of life stands still for so long has no worker any more
JOB_LOST_AFTER = 10.0  # a message that is so late is sent again
JOB_RETRY_AFTER = 5.0  # a step that lost its database is taken again
JOB_NOBODY_AFTER = 30.0  # a person who waits so long for a worker is told
JOB_SEEN_WITHIN = 60.0  # a worker that gave a sign of life so lately counts as there
JOB_RETENTION_DAYS = env.whole("JOB_RETENTION_DAYS", default=400, least=0, most=36_500)  # 0 keeps for ever
WEBHOOK_DELAY = env.whole("WEBHOOK_DELAY", default=300, least=1, most=3600)  # seconds without another event
UNDO_DAYS = env.whole("UNDO_DAYS", default=30, least=0, most=3650)  # 0: nothing can be undone

# --- カオナビ --------------------------------------------------------------------------------------------------------
CREDENTIAL_KEYS = environment.fernet_keys(
    required("CREDENTIAL_KEYS", lambda: kept_secret("credential-key", lambda: Fernet.generate_key().decode()))
)
KAONAVI_API_URL = environment.api_url(
    env.str("KAONAVI_API_URL", default="https://api.kaonavi.jp/api/v2.0"), is_strict=not DEBUG
)
KAONAVI_UPDATE_LIMIT = env.whole("KAONAVI_UPDATE_LIMIT", default=5, least=1, most=100_000)
KAONAVI_UPDATE_WINDOW = env.number("KAONAVI_UPDATE_WINDOW", default=60, least=0.1, most=3600)
KAONAVI_HOURLY_LIMIT = env.whole("KAONAVI_HOURLY_LIMIT", default=3000, least=1, most=10_000_000)
KAONAVI_CHUNK_RECORDS = env.whole("KAONAVI_CHUNK_RECORDS", default=1000, least=1, most=100_000)
KAONAVI_CHUNK_BYTES = env.whole("KAONAVI_CHUNK_BYTES", default=5_000_000, least=1000, most=100_000_000)
# Up to so many seconds after an update → seconds until カオナビ is asked again what became of it.
KAONAVI_LOOKS: tuple[tuple[float, float], ...] = ((10, 3.0), (30, 5.0), (120, 10.0), (math.inf, 20.0))
KAONAVI_LOST_PAUSE = 10.0  # seconds before a sheet is asked what became of an update whose answer was lost
KAONAVI_TASK_TIMEOUT = env.number("KAONAVI_TASK_TIMEOUT", default=1800, least=0.1, most=86_400)
KAONAVI_VERIFY_TIMEOUT = env.number("KAONAVI_VERIFY_TIMEOUT", default=120, least=0.1, most=86_400)
KAONAVI_TIMEOUT = env.number("KAONAVI_TIMEOUT", default=120, least=0.1, most=86_400)
KAONAVI_MAINTENANCE = (time(1), time(6))  # when カオナビ may be away, until an administrator says otherwise
# The HTTP library looks for these in the environment itself; a proxy's password may come as a file, as every secret.
way_out = {
    "HTTPS_PROXY": environment.proxy(env.str("HTTPS_PROXY", default="")),
    "NO_PROXY": env.str("NO_PROXY", default=""),
    "REQUESTS_CA_BUNDLE": environment.certificates(env.str("REQUESTS_CA_BUNDLE", default="")),
}
for name, value in way_out.items():
    if value:
        os.environ[name] = value
        os.environ.pop(f"{name}_FILE", None)  # programs that we start would find both

# --- Notices ----------------------------------------------------------------------------------------------------------
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = environment.mail(
    env.str("EMAIL_URL", default=""), is_strict=IS_STRICT
)
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else ""  # else `integrations.channels.mail` makes one
NOTIFY_URLS = environment.chats(env.str("NOTIFY_URLS", default=""))

# --- Metrics ---------------------------------------------------------------------------------------------------------
METRICS_TOKEN = environment.token("METRICS_TOKEN", env.str("METRICS_TOKEN", default=""))  # without one no /metrics

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = logs.configuration(debug=DEBUG)

# --- What was read ---------------------------------------------------------------------------------------------------
env.refuse_mistyped()
VARIABLES = list(env.readings.values())  # for `manage.py doctor`: secrets are masked already
