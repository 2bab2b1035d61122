"""What web, worker and beat of one machine have in common, read once: each is a fork of whoever has read it."""

import ctypes
import gc
import importlib
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import django

# of programs, which read it when they start
PROGRAMS = (
    "billiard.pool",
    "billiard.sharedctypes",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.contrib.django.task",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "cffi.cparser",  # of billiard, for each process of a pool
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "integrations.beat",
    "kombu.matcher",
    "kombu.pidbox",
    "kombu.transport.redis",
    "mikiwame_kaonavi.gunicorn_log",
    "mikiwame_kaonavi.gunicorn_worker",
    "mikiwame_kaonavi.wsgi",
)


GAPS = (4096, 2048, 1024, 512, 256, 128, 64, 32)  # bytes
MOST_GAPS = 2**20  # bytes of each size


def warm_up(environment: Mapping[str, str]) -> None:
    """Read the product, with these variables, and leave it where forks write to as little of it as can be."""
    os.environ.update(environment.items() - os.environ.items())
    gc.disable()  # what it frees would leave holes, which forks fill and so get pages of their own
    settings = importlib.import_module("mikiwame_kaonavi.settings")
    importlib.reload(settings)  # the launcher has asked it things before there was a broker
    leave_out_the_terminal()
    application = importlib.import_module("mikiwame_kaonavi.celery").app
    django.setup()
    for name in PROGRAMS:
        importlib.import_module(name)
    application.loader.import_default_modules()
    addresses = importlib.import_module("django.urls")
    read_pages(addresses.get_resolver())
    addresses.reverse("home")  # each process would read the patterns of all addresses for its first answer
    read_steps()
    importlib.import_module("django.template").engines.all()  # with the libraries of tags
    fill_gaps()
    gc.freeze()  # the collector of a fork leaves alone what was there before it
    gc.enable()


def leave_out_the_terminal() -> None:
    """One comes along with Celery's commands, 250 modules and 8 MB, for `celery amqp` alone, which nobody runs here."""
    terminal = ModuleType("click_repl")
    terminal.__dict__["register_repl"] = lambda _: None
    sys.modules.setdefault(terminal.__name__, terminal)


def read_pages(resolver: Any) -> None:
    """The views of all addresses."""
    for pattern in getattr(resolver, "url_patterns", ()):
        read_pages(pattern)


def read_steps() -> None:
    """What the runs of each kind are made of."""
    find = importlib.import_module("django.utils.module_loading").import_string
    for kind in importlib.import_module("integrations.kinds").KINDS.values():
        for path in filter(None, (kind.step, kind.how_far, kind.undo)):
            find(path)


def fill_gaps() -> None:
    """Take what the C library has free amid what was read. A fork that opens its database would be given it piece by
    piece, and so write to, and copy, thousands of pages that all share: 3.5 MB a process. Here it is in memory anyway.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    library.malloc.restype = library.sbrk.restype = ctypes.c_void_p
    library.malloc.argtypes, library.sbrk.argtypes = [ctypes.c_size_t], [ctypes.c_ssize_t]
    end = library.sbrk(0)
    for size in GAPS:
        for _ in range(MOST_GAPS // size):
            library.malloc(size)
            if library.sbrk(0) != end:  # nothing of that size is free any more: the heap had to grow
                end = library.sbrk(0)
                break
