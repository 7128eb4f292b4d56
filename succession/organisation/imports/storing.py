"""Uploaded files, kept in the database in compressed parts until their import can no longer be undone."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from succession.organisation.models import ImportBatch, ImportFile, ImportFilePart

from .cells import FORBIDDEN
from .problems import UnreadableFile

PART = 1 << 20
MOST_FILES = 20
LONGEST_NAME = 200

Named = tuple[str, Path]


def safe_name(name: str) -> str:
    """The file's own name without folders and without what a header or a log would act on."""
    plain = FORBIDDEN.sub("", PurePath(name.replace("\\", "/")).name).replace("\r", "").replace("\n", "").strip()
    return plain[-LONGEST_NAME:] or "file"


@contextmanager
def received(files: Iterable[tuple[str, BinaryIO]], *, most_bytes: int | None) -> Iterator[list[Named]]:
    """The streams as files of our own naming, for the length of the block; refuses too many bytes or files."""
    with TemporaryDirectory(prefix="upload-") as folder:
        named: list[Named] = []
        taken: set[str] = set()
        left = most_bytes
        for number, (given, stream) in enumerate(files):
            if number >= MOST_FILES:
                raise UnreadableFile(_("At most %(limit)d files make one import.") % {"limit": MOST_FILES})
            name = _distinct(safe_name(given), taken)
            path = Path(folder) / f"file-{number}"
            size = _receive(stream, path, name, left)
            left = None if left is None else left - size
            named.append((name, path))
        if not named:
            raise UnreadableFile(_("Choose a file."))
        yield named


def keep(batch: ImportBatch, named: Iterable[Named]) -> None:
    for number, (name, path) in enumerate(named):
        digest = hashlib.sha256()
        file = ImportFile.objects.create(batch=batch, number=number, name=name, size=path.stat().st_size, sha256="")
        with path.open("rb") as stream:
            for part in count():
                block = stream.read(PART)
                if not block:
                    break
                digest.update(block)
                ImportFilePart.objects.create(file=file, number=part, content=zlib.compress(block, 6))
        file.sha256 = digest.hexdigest()
        file.save(update_fields=["sha256"])


@contextmanager
def kept(batch: ImportBatch) -> Iterator[list[Named]]:
    """The files of an import as they came."""
    with TemporaryDirectory(prefix="kept-") as folder:
        named = []
        for file in batch.files.order_by("number"):
            path = Path(folder) / f"file-{file.number}"
            with path.open("wb") as out:
                for content in file.parts.order_by("number").values_list("content", flat=True).iterator(4):
                    out.write(zlib.decompress(content))
            named.append((file.name, path))
        yield named


def _receive(stream: BinaryIO, path: Path, name: str, left: int | None) -> int:
    size = 0
    with path.open("wb") as out:
        while block := stream.read(PART):
            size += len(block)
            if left is not None and size > left:
                raise UnreadableFile(
                    _("The file is too large: at most %(limit)s MB are read.")
                    % {"limit": f"{settings.IMPORT_MAX_BYTES / (1024 * 1024):,.0f}"},
                    name=name,
                )
            out.write(block)
    return size


def _distinct(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name} ({count})"
    taken.add(candidate)
    return candidate
