"""The file of a backup: a ZIP with the database, the keys and, last, a list of all of it with checksums.

It is written beside its place and takes it in one piece. It is read only when every byte is as it was written.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import msgspec

from accounts import private_files

FORMAT = 1  # raised when an older product would misread a backup
LIST = "manifest.json"
PIECE = 1 << 20  # bytes
# What zipfile says of bytes that are not as they were written, wherever they are.
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError, RuntimeError)


class BackupError(Exception):
    """No backup was taken or restored; the message says why and what to do. Nothing was changed."""


class Manifest(msgspec.Struct):
    """What is in a backup."""

    format: int
    version: str  # of the product that wrote it
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    migrations: list[tuple[str, str]]
    tables: dict[str, list[str]] = {}  # PostgreSQL: the columns of each table, in the order of its file
    sequences: list[tuple[str, str, int, bool]] = []  # table, column, last number, whether it was given
    digests: dict[str, str] = {}  # SHA-256 of each member


class Writer:
    """A backup that is being written. `manifest` is put into it at the end."""

    def __init__(self, archive: zipfile.ZipFile, place: Path) -> None:
        self.place = place
        self._archive = archive
        self.digests: dict[str, str] = {}

    @contextmanager
    def member(self, name: str) -> Iterator["Hashing"]:
        with self._archive.open(name, "w", force_zip64=True) as file:
            hashing = Hashing(file)
            yield hashing
        self.digests[name] = hashing.digest.hexdigest()

    def add(self, name: str, source: IO[bytes]) -> None:
        with self.member(name) as file:
            while piece := source.read(PIECE):
                file.write(piece)

    def finish(self, manifest: Manifest) -> None:
        manifest.digests = self.digests
        self._archive.writestr(LIST, msgspec.json.encode(manifest))


class Hashing:
    """A file whose bytes are counted into a checksum on their way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, piece: bytes | memoryview) -> None:
        self.digest.update(piece)
        self._file.write(piece)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new backup at `path`, which is there when the block has ended well."""
    with private_files.draft(path) as place:
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            yield Writer(archive, place)
        list_of(place)  # what cannot be read again is no backup


class Reader:
    """A backup whose every byte is as it was written."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def has(self, name: str) -> bool:
        return name in self.manifest.digests

    def text(self, name: str) -> str:
        return self._archive.read(name).decode()

    def pieces(self, name: str) -> Iterator[bytes]:
        with self._archive.open(name) as file:
            while piece := file.read(PIECE):
                yield piece

    def extract(self, name: str, place: Path) -> None:
        """Into a file that is there already, so that its mode stays what it is."""
        with place.open("wb") as file:
            for piece in self.pieces(name):
                file.write(piece)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """A backup that was looked through. Raises BackupError for what is none, is damaged, or is of a newer product."""
    manifest = list_of(path)
    with zipfile.ZipFile(path) as archive:
        reader = Reader(archive, manifest)
        for name, digest in manifest.digests.items():
            if digest_of(reader, name) != digest:
                raise BackupError(f"{path} は壊れています（{name}）。別のバックアップを使ってください。")
        yield reader


def digest_of(reader: Reader, name: str) -> str:
    """Nothing where the archive itself notices the damage."""
    digest = hashlib.sha256()
    try:
        for piece in reader.pieces(name):
            digest.update(piece)
    except DAMAGE:
        return ""
    return digest.hexdigest()


def list_of(path: Path) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(LIST)
        version = msgspec.json.decode(content, type=dict).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise BackupError(
                f"{path} は、新しい版の製品が書いたバックアップです。その版か、より新しい版で復元してください。"
            )
        return msgspec.json.decode(content, type=Manifest)
    except FileNotFoundError:
        raise BackupError(f"{path} がありません。") from None
    except PermissionError:
        raise BackupError(f"{path} を読む権限がありません。") from None
    except DAMAGE as error:
        raise BackupError(
            f"{path} は manage.py backup が書いたファイルではないか、途中で切れています（{type(error).__name__}）。"
        ) from None
