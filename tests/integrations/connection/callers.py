"""Four processes that update one member's record as often as the company's limit lets them, until they are killed.

`python -m tests.integrations.connection.callers SHEET ITEM CODE`, in an environment of the product with CALLERS_KEY and
CALLERS_SECRET of the カオナビ at KAONAVI_API_URL.
"""

import multiprocessing
import multiprocessing.connection
import os
import sys
import time

import django

PROCESSES = 4


def call_for_ever(sheet_id: int, item_id: int, code: str) -> None:
    from integrations.connection.session import open_client
    from integrations.kaonavi.errors import MustWait
    from integrations.kaonavi.types import Record, SheetMember

    member = SheetMember(code, (Record({item_id: ("https://example.jp/",)}),))
    with open_client() as kaonavi:
        while True:
            try:
                kaonavi.patch_sheet(sheet_id, [member])
            except MustWait as limit:
                time.sleep(limit.seconds)


def main(sheet_id: str, item_id: str, code: str) -> int:
    """Ends with 1 as soon as one of the processes has ended, which none should."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mikiwame_kaonavi.settings"
    django.setup()
    from django.db import connections

    from integrations.models import KaonaviConnection

    keys = {"consumer_key": os.environ["CALLERS_KEY"], "consumer_secret": os.environ["CALLERS_SECRET"]}
    KaonaviConnection.objects.update_or_create(pk=1, defaults=keys)
    connections.close_all()  # a connection must not be shared by processes
    fork = multiprocessing.get_context("fork")
    callers = [fork.Process(target=call_for_ever, args=(int(sheet_id), int(item_id), code)) for _ in range(PROCESSES)]
    for caller in callers:
        caller.start()
    multiprocessing.connection.wait([caller.sentinel for caller in callers])
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
