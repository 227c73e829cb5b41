"""Run the benchmarks one after the other: ``python -m bench [NAME ...]``; figures are kept in bench/results/.

Each is a process of its own, so that memory is its own too. One that cannot run here says why, and the
others go on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FIRST = ("engine_classical", "engine_cascades", "engine_whole")
NO_BENCH = ("__init__", "__main__", "organisation", "growth")


def names() -> list[str]:
    """Every module here that measures something, the engine first."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NO_BENCH)
    runs = [name for name in found if "def main(" in Path(__file__).with_name(f"{name}.py").read_text()]
    return [*FIRST, *(name for name in runs if name not in FIRST)]


def main() -> int:
    """Run those asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names(), []], metavar="NAME", help=", ".join(names()))
    failed = []
    for name in parser.parse_args().names or names():
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode:
            failed.append(name)
    if failed:
        print(f"\nNot measured: {', '.join(failed)}; see above.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
