"""Before-images: what a run found on the sheets and what it left there, one encrypted row a person and sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from cryptography.fernet import Fernet
from django.conf import settings

from accounts.encryption import UnreadableSecretError
from integrations import bulk
from integrations.models import BeforeImage, ImageKey, SyncJob
from integrations.rules.results.plan import Send
from integrations.rules.results.sheets import UsableSheet
from integrations.rules.results.undo import kept_of_two
from integrations.upload.ledger import pack, unpack

COLUMNS = ("job_id", "sheet", "person", "content")


def keep(job: SyncJob, sheet: UsableSheet, sends: Sequence[Send]) -> None:
    """Keep what these updates replaced, for the undo. Somebody who is sent twice keeps what was there first."""
    key_of_sheet = sheet.kind.key
    if not sends or settings.UNDO_DAYS == 0:
        return
    key, _ = ImageKey.objects.get_or_create(job=job, defaults={"secret": Fernet.generate_key().decode()})
    cipher = Fernet(key.secret)
    known = dict(job.before_images.filter(sheet=key_of_sheet).values_list("person", "pk"))
    again = [(send, known[send.employee]) for send in sends if send.employee in known]
    for send, pk in again:
        image = BeforeImage.objects.get(pk=pk)
        [first] = opened(cipher, image.content)
        image.content = sealed(cipher, kept_of_two(first, send, sheet))
        image.save(update_fields=["content"])
    rows = ((job.pk, key_of_sheet, send.employee, sealed(cipher, send)) for send in sends if send.employee not in known)
    bulk.insert(BeforeImage, COLUMNS, rows)


def sealed(cipher: Fernet, send: Send) -> bytes:
    """Without the person's name and address, which nothing needs."""
    return cipher.encrypt(pack([msgspec.structs.replace(send, name="", email="")]))


def opened(cipher: Fernet, content: bytes | memoryview) -> list[Send]:
    return unpack(cipher.decrypt(bytes(content)))


def images_of(job: SyncJob, people: Iterable[int]) -> Mapping[int, dict[str, Send]]:
    """What the run sent these people (pk), by the sheet's key. Raises UnreadableSecretError."""
    found: dict[int, dict[str, Send]] = {}
    cipher = Fernet(job.image_key.secret)
    rows = job.before_images.filter(person__in=list(people)).values_list("person", "sheet", "content")
    for person, sheet, content in rows.iterator():
        [found.setdefault(person, {})[sheet]] = opened(cipher, content)
    return found


def of_person(numbers: Iterable[int]) -> Iterator[tuple[BeforeImage, Send | None]]:
    """All that is kept of somebody with one of these numbers; None where the keys are lost."""
    rows = BeforeImage.objects.filter(person__in=list(numbers)).select_related("job").order_by("pk")
    for image in rows:
        try:
            [send] = opened(Fernet(image.job.image_key.secret), image.content)
        except UnreadableSecretError:
            yield image, None
        else:
            yield image, send


def forget_unreadable() -> None:
    """Remove what was encrypted with keys that are lost: nobody can take it back, and it must not be stumbled over."""
    for job in ImageKey.objects.order_by().values_list("job", flat=True):
        try:
            ImageKey.objects.get(job=job)
        except UnreadableSecretError:
            forget_of(SyncJob(pk=job))


def forget_of(job: SyncJob) -> None:
    BeforeImage.objects.filter(job=job).delete()
    ImageKey.objects.filter(job=job).delete()
