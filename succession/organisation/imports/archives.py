"""Workbooks and ZIP files are archives: what is refused before anything in them is unpacked."""

import zipfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from .problems import UnreadableFile

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
ARCHIVE = b"PK"
MACROS = (".xlsm", ".xltm", ".xlam")
MOST_MEMBERS = 2000
MOST_FILES = 20
UNPACKED_TIMES = 5
SHARED_TEXTS_LIMIT = 64 * 1024 * 1024
# Text of a sheet packs to a tenth or twentieth; what packs to a thousandth was made to.
MOST_PACKED = 200
SMALL = 1 << 20


def is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == ARCHIVE


def open_archive(path: Path, name: str) -> zipfile.ZipFile:
    """The archive, or a refusal: broken, encrypted, a bomb."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableFile(_("The file is damaged: it cannot be unpacked."), name=name) from None
    try:
        _refuse_bombs(archive, name)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    return "[Content_Types].xml" in archive.namelist()


def refuse_other_workbooks(path: Path, name: str) -> None:
    """Old and macro workbooks are told apart by their first bytes and their name."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == OLD_WORKBOOK:
        raise UnreadableFile(
            _("This is an old (.xls) or protected workbook. Save it as .xlsx without a password."), name=name
        )
    if PurePosixPath(name).suffix.lower() in MACROS:
        raise UnreadableFile(_("Workbooks with macros are not read. Save it as .xlsx."), name=name)


def refuse_unfit_workbook(archive: zipfile.ZipFile, name: str) -> None:
    names = archive.namelist()
    types = archive.read("[Content_Types].xml")[:1_000_000]
    if any("vbaproject" in member.lower() for member in names) or b"macroEnabled" in types:
        raise UnreadableFile(_("Workbooks with macros are not read. Save it as .xlsx."), name=name)
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(_("This is not a workbook. CSV, XLSX and ZIP files of these are read."), name=name)
    for info in archive.infolist():
        if info.filename.endswith("sharedStrings.xml") and info.file_size > SHARED_TEXTS_LIMIT:
            raise UnreadableFile(_("The workbook holds more text than is read. Save the sheet as CSV."), name=name)


def members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The files of a ZIP that may be tables; folders and the remarks of packing programs left out."""
    found = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not PurePosixPath(info.filename).name.startswith((".", "__MACOSX"))
        and "__MACOSX" not in info.filename
    ]
    if not found:
        raise UnreadableFile(_("The ZIP file is empty."), name=name)
    if len(found) > MOST_FILES:
        raise UnreadableFile(
            _("The ZIP file holds %(count)d files, at most %(limit)d are read.")
            % {"count": len(found), "limit": MOST_FILES},
            name=name,
        )
    return found


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Write one member to a file of our own naming, never more than it said it would be."""
    left = info.file_size
    try:
        with archive.open(info) as source, target.open("wb") as out:
            while block := source.read(SMALL):
                left -= len(block)
                if left < 0:
                    raise UnreadableFile(_("The file unpacks to more than it says."), name=name)
                out.write(block)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        raise UnreadableFile(_("%(member)s cannot be unpacked.") % {"member": info.filename[:100]}, name=name) from None


def _refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    limit = settings.IMPORT_MAX_BYTES * UNPACKED_TIMES
    if len(infos) > MOST_MEMBERS:
        raise UnreadableFile(_("The archive holds too many parts."), name=name)
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile(_("The file is protected by a password."), name=name)
    total = sum(info.file_size for info in infos)
    packed_too_well = any(
        info.file_size > SMALL and info.file_size > MOST_PACKED * max(info.compress_size, 1) for info in infos
    )
    if total > limit or packed_too_well:
        raise UnreadableFile(
            _("The file unpacks to %(size)s MB; that is more than is read (%(limit)s MB), or it was made to overload.")
            % {"size": f"{total / 1e6:,.0f}", "limit": f"{limit / 1e6:,.0f}"},
            name=name,
        )
