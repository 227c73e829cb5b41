"""Reading a staff list in a process of its own, with a limit to its memory and its time.

A hostile file can then cost its sender a sentence, and nobody else anything. A small text file is harmless
and is read at once.
"""

from __future__ import annotations

import json
import marshal
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from orgchart.faults import Fault, FaultList, FileRefused, refuse
from orgchart.importing import read_here
from orgchart.tables import Found, Table
from orgchart.workbooks import is_workbook

HARMLESS = 256 * 1024
MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 60
SECONDS = 600
ROOT = Path(__file__).resolve().parent.parent
REMEDY = "Keep the sheet with the people only, delete empty rows and columns, and save it anew."


def read_people_table(data: bytes, mapping: Mapping[str, str]) -> Table:
    """Read a staff list into a table; all but small texts in a process that is stopped at its limits."""
    if len(data) <= HARMLESS and not is_workbook(data):
        return read_here(data, mapping)
    task = {"mapping": dict(mapping), "memory": MEMORY, "seconds": CPU_SECONDS}
    command = [sys.executable, "-m", "orgchart.apart", json.dumps(task)]
    try:
        ran = subprocess.run(command, input=data, cwd=ROOT, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise refuse("too_large", "Reading the file takes longer than a staff list should.", REMEDY) from None
    if ran.returncode:
        raise refuse("too_large", "Reading the file takes more than a staff list should need.", REMEDY)
    return _unpacked(marshal.loads(ran.stdout))  # noqa: S302 - written by our own process


def _unpacked(read: dict) -> Table:
    if "errors" in read:
        faults = FaultList([Fault(*error) for error in read["errors"]])
        raise FileRefused(faults)
    return Table(**{**read, "found": Found(**read["found"])})


def main() -> None:
    """Read standard input under the limits; write the table, or the faults, to standard output."""
    task = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (task["memory"], task["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (task["seconds"], task["seconds"]))
    try:
        table = read_here(sys.stdin.buffer.read(), task["mapping"])
        told = {**vars(table), "found": vars(table.found)}
    except FileRefused as refused:
        told = {"errors": [tuple(vars(fault).values()) for fault in refused.faults.errors]}
    except MemoryError:
        sys.exit(1)
    sys.stdout.buffer.write(marshal.dumps(told))


if __name__ == "__main__":
    main()
