"""Columns of numbers and their words in one compact answer, for the page's own script.

Four bytes with the length of a header, the header (JSON, filled up with spaces to a multiple of four),
then each column's numbers behind each other, little-endian, filled up likewise. The page's script
``static/js/network-data.js`` reads it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

TYPES = {"f4": "<f4", "i4": "<i4", "u2": "<u2", "u1": "|u1"}
QUICK = 3


def pack(words: Mapping[str, Any], columns: Mapping[str, np.ndarray]) -> bytes:
    """Put words and columns into one piece of bytes; every column has one of the four types above."""
    pieces, listed, at = [], [], 0
    for name, values in columns.items():
        kind = next(kind for kind, dtype in TYPES.items() if np.dtype(dtype) == values.dtype)
        piece = _filled(np.ascontiguousarray(values, TYPES[kind]).tobytes(), b"\0")
        listed.append({"name": name, "type": kind, "at": at, "length": int(values.size)})
        pieces.append(piece)
        at += len(piece)
    header = _filled(json.dumps({**words, "columns": listed}, ensure_ascii=False).encode(), b" ")
    return len(header).to_bytes(4, "little") + header + b"".join(pieces)


def squeeze(content: bytes) -> bytes:
    """The same, compressed; equal content gives equal bytes."""
    return gzip.compress(content, QUICK, mtime=0)


def _filled(content: bytes, by: bytes) -> bytes:
    return content + by * (-len(content) % 4)
