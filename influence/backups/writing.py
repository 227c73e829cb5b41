"""Writing a backup, of one moment, while the application goes on."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from influence.backups.tables import kept_tables, lines_of
from influence.privacy.erasing import LIST_NAME

FORMAT = 1
ABOUT = "backup.json"
STAGING = ".restore-"


@dataclass(frozen=True)
class Written:
    """What a backup holds."""

    rows: int
    files: int
    bytes: int


def write_backup(path: Path) -> Written:
    """Write everything into one archive; it bears its name only once it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.touch(mode=0o600)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            rows, files = _fill(archive)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Written(rows=rows, files=files, bytes=path.stat().st_size)


def _fill(archive: zipfile.ZipFile) -> tuple[int, int]:
    with _one_moment():
        about = {
            "format": FORMAT, "made_at": timezone.now().isoformat(), "migrations": applied_migrations(),
            "key": key_mark(), "rows": {},
        }  # fmt: skip
        for model in kept_tables():
            about["rows"][model._meta.label] = _write_table(archive, model)
    files = sum(1 for _ in _write_files(archive))
    archive.writestr(ABOUT, json.dumps(about, indent=1))
    return sum(about["rows"].values()), files


def applied_migrations() -> list[str]:
    """The migrations that the database has, in the order of their names."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def key_mark() -> str:
    """What tells one SECRET_KEY from another without giving it away."""
    return hmac.new(settings.SECRET_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:16]


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """See the database as it is now, while others go on writing."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = usual
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write_table(archive: zipfile.ZipFile, model) -> int:
    rows = 0
    with archive.open(f"tables/{model._meta.label}.jsonl", "w", force_zip64=True) as member:
        for line in lines_of(model):
            member.write(line)
            rows += 1
    return rows


def _write_files(archive: zipfile.ZipFile) -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not inside.parts[0].startswith(STAGING):
            with contextlib.suppress(FileNotFoundError):  # what its row let go of meanwhile
                archive.write(path, f"uploads/{inside}")
                yield path
    if (erasures := settings.DATA_DIR / LIST_NAME).exists():
        archive.write(erasures, LIST_NAME)
