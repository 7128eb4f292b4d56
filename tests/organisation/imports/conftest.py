"""Real files where they are, and small ones made here."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from succession.organisation import imports
from succession.organisation.imports.applying import apply_now

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"


@pytest.fixture
def real_file():
    """Path of a real file; the test is skipped where it is not."""

    def find(name):
        path = DATA / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        return path

    return find


@pytest.fixture
def planned(hr):
    """Plan an import of text or bytes, or of named paths."""

    def plan(*files, kind="organisation", **given):
        streams = [
            (file.name, io.BytesIO(file.read_bytes()))
            if isinstance(file, Path)
            else (file[0], io.BytesIO(file[1].encode() if isinstance(file[1], str) else file[1]))
            for file in files
        ]
        given.setdefault("background", False)
        return imports.create_batch(streams, kind=kind, actor=hr, **given)

    return plan


@pytest.fixture
def applied(planned, hr):
    def apply(*files, **given):
        return apply_now(planned(*files, **given), actor=hr)

    return apply
