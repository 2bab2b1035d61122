"""How log lines look: one JSON object each in production, a readable line with DEBUG.

Each line carries `request_id` inside a request, and `job_id`, `kind` and `lease` inside a step of a job, whoever wrote
it: our code, Django or Celery. What a line never carries: query strings, bodies, the text of an error (a database
quotes people's values in it), and addresses that somebody made up.
"""

import traceback
from types import TracebackType
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.typing import EventDict, Processor, WrappedLogger

from accounts import origin
from accounts.causes import cause_of

# These write "what happened: path or error"; what stands behind the colon is not theirs to tell.
TALKATIVE = ("django.request", "django.security", "celery.app.trace")

# What a line may carry besides its words: only what our own code adds. Django adds the whole request, whose name
# is its address with everything that was searched for, and Celery the message.
EXTRAS = ("method", "route", "path", "status", "milliseconds", "account", "kaonavi_request_id")


def configuration(*, debug: bool) -> dict[str, Any]:
    """The value of LOGGING, for every process of the product."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": CHAIN,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer(debug=debug)],
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "django.server": {"handlers": [], "propagate": False},  # runserver's lines; ours know more and tell less
            "axes": {"level": "CRITICAL"},  # would name accounts and addresses; our audit trail has what it says
            "apprise": {"handlers": [], "level": "CRITICAL", "propagate": False},  # would quote addresses: secrets
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }


def renderer(*, debug: bool) -> Processor:
    if debug:
        return structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def add_request(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if request_id := origin.current.get().request_id:
        line["request_id"] = request_id
    return line


def cut_talk(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if line.get("logger", "").startswith(TALKATIVE):
        line["event"] = str(line["event"]).partition(": ")[0]
    return line


def add_places(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Instead of the error itself: its kind and where it happened, the same of each error that led to it, its cause."""
    if info := line.pop("exc_info", None):
        line["exception"] = places(info[1])
        if info[1] is not None and (known := cause_of(info[1])):
            line["cause"] = f"{known.code}: {known.sentence}{known.remedy}"
    return line


def places(error: BaseException | None) -> str:
    """The innermost cause first, as Python prints it, without texts. Only what an operator must read is let through."""
    told = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        text = f": {error}" if isinstance(error, ImproperlyConfigured) else ""
        told.append(f"{frames(error.__traceback__)}{type(error).__qualname__}{text}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(told))


def frames(stack: TracebackType | None) -> str:
    return "".join(traceback.format_tb(stack))


CHAIN: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=EXTRAS),
    add_request,
    cut_talk,
    add_places,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
