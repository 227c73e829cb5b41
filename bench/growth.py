"""Draw docs/images/growth.svg from what ``bench.engine_whole`` kept: processor time as the firm grows.

``python -m bench.growth``. Both axes are logarithmic; the grey line is what growth in step with the people
would be, so that a bend upwards can be seen.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from bench.engine_whole import RESULTS

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "growth.svg"
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 70, 40, 30, 50
PEOPLE, SECONDS = (1_000, 1_000_000), (0.5, 1_000)


def place(people: float, seconds: float) -> tuple[float, float]:
    """Where a point lies in the picture."""
    x = math.log(people / PEOPLE[0]) / math.log(PEOPLE[1] / PEOPLE[0])
    y = math.log(seconds / SECONDS[0]) / math.log(SECONDS[1] / SECONDS[0])
    return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    """One piece of writing."""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'


def grid() -> list[str]:
    """Lines and numbers of both axes."""
    parts = []
    for people in (1_000, 10_000, 100_000, 1_000_000):
        x, bottom = place(people, SECONDS[0])
        parts.append(f'<line x1="{x:.0f}" y1="{TOP}" x2="{x:.0f}" y2="{bottom:.0f}" stroke="#ddd"/>')
        parts.append(text(x, bottom + 18, f"{people:,}"))
    for seconds in (1, 10, 100, 1_000):
        left, y = place(PEOPLE[0], seconds)
        parts.append(f'<line x1="{left:.0f}" y1="{y:.0f}" x2="{WIDTH - RIGHT}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(text(left - 8, y + 4, f"{seconds:,} s", "end"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "people, ten ties each"))
    return parts


def picture(rows: list[dict[str, float]]) -> str:
    """The whole picture."""
    points = [place(row["people"], row["processor seconds"] / row["cores"]) for row in rows]
    last = rows[-1]
    spent = last["processor seconds"] / last["cores"]
    in_step = [place(row["people"], spent * row["people"] / last["people"]) for row in rows]
    in_step = [(x, y) for x, y in in_step if y < HEIGHT - BOTTOM]
    lines = [(in_step, "#999", "4 4"), (points, "#0072B2", "")]
    drawn = [
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" '
        f'points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}"/>'
        for line, colour, dashes in lines
    ]
    for (x, y), row in zip(points, rows, strict=True):
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0072B2"/>')
        drawn.append(text(x, y - 10, f"{row['processor seconds'] / row['cores']:.1f} s"))
    title = text(WIDTH / 2, 22, "A whole analysis: processor time by core (grey: in step with the people)")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>{"".join([title, *grid()])}'
        f"{''.join(drawn)}</svg>\n"
    )


def main() -> None:
    """Draw."""
    PICTURE.write_text(picture(json.loads(RESULTS.read_text())), encoding="utf-8")
    print(f"Drawn: {PICTURE}")


if __name__ == "__main__":
    main()
