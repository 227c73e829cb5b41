"""Bringing a backup back: all of it or nothing, and nobody who was erased since."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.utils.dateparse import parse_datetime

from bpm_influence.accounts.models import AuditEntry
from bpm_influence.jobs.models import Worker
from influence.backups.tables import clear, count_on, insert, kept_tables
from influence.backups.writing import ABOUT, FORMAT, STAGING, applied_migrations, key_mark
from influence.privacy.erasing import LIST_NAME, erase_again

BORN_WITH_THE_DATABASE = (
    "contenttypes.", "auth.Permission", "accounts.AuditEntry", "initiatives.Relation",
)  # fmt: skip


class CannotRestore(Exception):
    """Why a backup is not brought back, with the remedy."""


@dataclass(frozen=True)
class Restored:
    """What came back."""

    rows: int
    files: int
    erased_again: int


def restore_backup(path: Path, *, replace: bool = False, other_key: bool = False) -> Restored:
    """Bring back what the archive holds, in one transaction; on any fault everything stays as it was."""
    with _opened(path) as archive, _staging() as staging, contextlib.ExitStack() as undo:
        about = _about(archive)
        _check(about, replace=replace, other_key=other_key)
        files = _unpack_files(archive, staging / "new")
        with transaction.atomic():
            rows = _load(archive, about)
            _merge_erasures(archive)
            erased = erase_again()
            _exchange(staging, undo)
        undo.pop_all()
    cache.clear()
    return Restored(rows=rows, files=files, erased_again=erased)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError) as error:
        raise CannotRestore(f"{path} is damaged or no backup ({error}). Nothing was changed.") from error
    except DatabaseError as error:
        reason = str(error).strip()
        raise CannotRestore(f"The database refuses what is in it: {reason} Nothing was changed.") from error


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    if ABOUT not in archive.namelist():
        raise CannotRestore("This is no backup: name a file that `manage.py backup` wrote.")
    about = json.loads(archive.read(ABOUT))
    if about["format"] != FORMAT:
        raise CannotRestore("This backup was written by a later version: restore it with that one.")
    return about


def _check(about: dict[str, Any], *, replace: bool, other_key: bool) -> None:
    if different := sorted(set(about["migrations"]) ^ set(applied_migrations())):
        raise CannotRestore(
            f"This backup is of another version of the application; they differ in {', '.join(different)}. "
            "Restore it with the version that wrote it, then update."
        )
    if about["key"] != key_mark() and not other_key:
        raise CannotRestore(
            "This backup was written under another SECRET_KEY. Set that one: second factors and who was "
            "erased since are known by it alone. Is it lost, --other-key goes on without them."
        )
    if Worker.answers():
        raise CannotRestore("The application runs: stop it, wait a quarter of a minute, and try again.")
    if not replace and (found := _what_is_there()):
        raise CannotRestore(f"There are data here already ({found}). --replace takes them away first.")


def _what_is_there() -> str:
    for model in kept_tables():
        if not model._meta.label.startswith(BORN_WITH_THE_DATABASE) and (rows := model._base_manager.count()):
            return f"{rows:,} {model._meta.verbose_name_plural}"
    return ""


def _load(archive: zipfile.ZipFile, about: dict[str, Any]) -> int:
    since = list(AuditEntry.objects.filter(at__gt=parse_datetime(about["made_at"])).order_by("pk"))
    clear()
    for label, promised in about["rows"].items():
        with archive.open(f"tables/{label}.jsonl") as lines:
            if insert(apps.get_model(label), lines) != promised:
                raise CannotRestore(f"The archive lacks rows of {label}. Nothing was changed.")
    count_on()
    for entry in since:  # what was noted here after the backup stays noted
        entry.pk = None
    AuditEntry.objects.bulk_create(since)
    ContentType.objects.clear_cache()
    return sum(about["rows"].values())


def _merge_erasures(archive: zipfile.ZipFile) -> None:
    path = settings.DATA_DIR / LIST_NAME
    here = path.read_text().splitlines() if path.exists() else []
    there = archive.read(LIST_NAME).decode().splitlines() if LIST_NAME in archive.namelist() else []
    if new := [line for line in there if line not in set(here)]:
        with path.open("a") as file:
            file.writelines(f"{line}\n" for line in new)


@contextlib.contextmanager
def _staging() -> Iterator[Path]:
    """A folder beside the files, so that they come and go by renaming."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=root))
    (staging / "new").mkdir()
    (staging / "former").mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unpack_files(archive: zipfile.ZipFile, folder: Path) -> int:
    files = 0
    for member in archive.infolist():
        if member.filename.startswith("uploads/"):
            path = folder / member.filename.removeprefix("uploads/")
            if folder not in path.resolve().parents:
                raise CannotRestore(f"The archive holds a file outside of its folder: {member.filename}.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as there, path.open("xb") as here:
                shutil.copyfileobj(there, here, 1 << 20)
            path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            files += 1
    return files


def _exchange(staging: Path, undo: contextlib.ExitStack) -> None:
    """Put the new files in the former ones' place, as the last step before the rows are there."""
    root = staging.parent
    here = [path for path in root.iterdir() if not path.name.startswith(STAGING)]
    moves = [(path, staging / "former" / path.name) for path in here]
    moves += [(path, root / path.name) for path in (staging / "new").iterdir()]
    for source, target in moves:
        source.rename(target)
        undo.callback(target.rename, source)
