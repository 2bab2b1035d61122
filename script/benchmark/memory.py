"""How much memory an import takes above what an idle worker has. One case for each process, since memory is never given
back.
"""

from functools import partial
from pathlib import Path

from integrations.jobs.gc_paused import collector_paused
from integrations.models import SyncJob
from script.benchmark import floor, product
from script.benchmark.databases import start_afresh
from script.benchmark.measuring import peak_of


def measure(*, who: str, situation: str, answers: str) -> dict[str, int]:
    """Bytes. `situation` is "first", or "same" on the database that "first" has left."""
    folder = Path(answers) / "base"
    if situation == "first":
        start_afresh()
        product.connect_company()
    if who == "product":
        return {"bytes": peak_of(partial(product.run_import, product.queue_import(), folder))}
    departments = product.departments_by_code()
    SyncJob.objects.unfinished().delete()
    job = SyncJob.objects.create(kind=SyncJob.Kind.EMPLOYEES).pk
    if situation == "first":
        run = partial(floor.first_run, folder / "members", departments, job)
    else:
        floor.keep_fingerprints(folder / "members")
        run = partial(floor.next_run, folder / "members", departments, job)
    with collector_paused():
        return {"bytes": peak_of(run)}
