"""The keys in a backup: without them what the database holds encrypted opens for nobody.

Those of the data folder go back there. Those given by variables stay where whoever runs the product keeps them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from accounts import private_files
from integrations.operations.backup.archive import BackupError, Reader, Writer

SECRET_KEY, CREDENTIAL_KEYS = "keys/secret-key", "keys/credential-key"
VARIABLES = {SECRET_KEY: "DJANGO_SECRET_KEY", CREDENTIAL_KEYS: "CREDENTIAL_KEYS"}


def now() -> dict[str, str]:
    """The keys that this process works with, by their names in a backup."""
    return {SECRET_KEY: settings.SECRET_KEY, CREDENTIAL_KEYS: ",".join(settings.CREDENTIAL_KEYS)}


def is_given(member: str) -> bool:
    """Whether the key comes from a variable, and not from the data folder."""
    return any(reading.name == VARIABLES[member] and reading.source for reading in settings.VARIABLES)


def take(writer: Writer) -> None:
    for member, text in now().items():
        with writer.member(member) as file:
            file.write(text.encode())


def refuse_others(reader: Reader) -> None:
    """Raises BackupError where CREDENTIAL_KEYS, given by a variable, could not open what is in the backup."""
    if not reader.has(CREDENTIAL_KEYS) or not is_given(CREDENTIAL_KEYS):
        return
    if set(reader.text(CREDENTIAL_KEYS).split(",")) - set(settings.CREDENTIAL_KEYS):
        raise BackupError(
            "環境変数 CREDENTIAL_KEYS に、バックアップのときの鍵がありません。manage.py restore ファイル --keys フォルダー で"
            "鍵を取り出し、CREDENTIAL_KEYS に加えてから、もう一度実行してください。"
        )


@contextmanager
def put_back(reader: Reader) -> Iterator[None]:
    """For the time in which the database changes both keys open both databases; afterwards those of the backup stay."""
    here = {member: place_of(member) for member in VARIABLES if reader.has(member) and not is_given(member)}
    if CREDENTIAL_KEYS in here:
        theirs = reader.text(CREDENTIAL_KEYS)
        both = list(dict.fromkeys([*theirs.split(","), *settings.CREDENTIAL_KEYS]))
        private_files.write(here[CREDENTIAL_KEYS], ",".join(both))
        settings.CREDENTIAL_KEYS = both
    yield
    for member, place in here.items():
        private_files.write(place, reader.text(member))


def write_into(folder: Path, reader: Reader) -> list[Path]:
    """The keys as files, for whoever gives them by variables."""
    found = [member for member in VARIABLES if reader.has(member)]
    if not found:
        raise BackupError("このバックアップには鍵が入っていません（--without-keys で取ったものです）。")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    places = [folder / Path(member).name for member in found]
    for member, place in zip(found, places, strict=True):
        if place.exists():
            raise BackupError(f"{place} がすでにあります。別のフォルダーを指定してください。")
        private_files.write(place, reader.text(member))
    return places


def place_of(member: str) -> Path:
    return Path(settings.DATA_DIR) / Path(member).name
