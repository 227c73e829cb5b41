"""Arrays kept in files beside the database: written whole, read by the piece."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.base import File
from django.core.files.storage import default_storage

Arrays = Mapping[str, np.ndarray]

LOCAL_HEADER, NAME_LENGTH, EXTRA_LENGTH = 30, slice(26, 28), slice(28, 30)


def save_arrays(name: str, arrays: Arrays) -> str:
    """Write arrays under a name in the storage, in the place of what was there; gives the name taken."""
    with tempfile.TemporaryFile() as file:
        np.savez(file, **arrays)
        file.seek(0)
        default_storage.delete(name)
        return default_storage.save(name, File(file))


def open_arrays(name: str) -> Arrays:
    """The arrays under a name in the storage; those on this machine are mapped, others fetched whole."""
    try:
        return MappedArrays(Path(default_storage.path(name)))
    except NotImplementedError:
        return _fetched(name)


def delete_arrays(name: str) -> None:
    """Forget what was kept under a name, if anything."""
    if name:
        default_storage.delete(name)


def delete_folder(name: str) -> None:
    """Forget everything that was kept under names that begin with this folder's."""
    try:
        folders, files = default_storage.listdir(name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for file in files:
        default_storage.delete(f"{name}/{file}")
    for folder in folders:
        delete_folder(f"{name}/{folder}")
    default_storage.delete(name)


def _fetched(name: str) -> Arrays:
    with default_storage.open(name, "rb") as far, tempfile.TemporaryFile() as near:
        shutil.copyfileobj(far, near)
        near.seek(0)
        with np.load(near) as arrays:
            return dict(arrays)


class MappedArrays(Mapping[str, np.ndarray]):
    """Arrays of one file, each mapped into memory when it is first asked for: only what is used is read.

    The file is what ``numpy.savez`` writes: a zip archive whose members are not compressed.
    """

    def __init__(self, path: Path):
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self._members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        self._arrays: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._arrays:
            self._arrays[name] = self._map(self._members[name])
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def _map(self, member: zipfile.ZipInfo) -> np.ndarray:
        with self.path.open("rb") as file:
            file.seek(member.header_offset)
            header = file.read(LOCAL_HEADER)
            lengths = (int.from_bytes(header[part], "little") for part in (NAME_LENGTH, EXTRA_LENGTH))
            file.seek(member.header_offset + LOCAL_HEADER + sum(lengths))
            version = np.lib.format.read_magic(file)
            shape, by_columns, dtype = _header_readers[version](file)
            if 0 in shape or not shape:
                return np.fromfile(file, dtype, int(np.prod(shape))).reshape(shape)
            order = "F" if by_columns else "C"
            mapped = np.memmap(self.path, dtype, "c", file.tell(), shape, order)
        # Compiled kernels want their numbers where the processor likes them; bytes lie well anywhere.
        return np.require(np.asarray(mapped), requirements=["A", "W"])


_header_readers: dict[tuple[int, int], Any] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
