"""The pages of one initiative, in the order in which they are shown.

A new page is one more line below (at most seven in ``RESULTS``; further ones open from these), a route of
that name, and ``tab`` in the view's context. A page whose route does not exist yet is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from initiatives.models import Initiative


@dataclass(frozen=True)
class Page:
    """One entry: its ``tab``, word and route, the right it needs, and the tabs of pages that open from it."""

    tab: str
    word: str
    route: str
    right: str = "can_see_scores"
    opens: tuple[str, ...] = ()


RESULTS = (
    Page("overview", "Overview", "influence:overview", opens=("parts",)),
    Page("map", "Map", "influence:map", opens=("people", "lists")),
    Page("network", "Network", "influence:network", opens=("departments", "chart", "compare")),
    Page("leaders", "Leaders", "influence:leaders"),
    Page("champions", "Champions", "influence:champions"),
    Page("adoption", "Adoption", "influence:adoption"),
    Page("report", "Report", "influence:report"),
)
SET_UP = (
    Page("surveys", "Surveys", "surveys:surveys", right="can_manage_initiatives"),
    Page("data", "Data", "influence:data", right="can_manage_initiatives"),
    Page("settings", "Settings", "initiatives:settings", right="is_authenticated"),
)


def entries(
    pages: tuple[Page, ...], initiative: Initiative, user, tab: str, query: str = ""
) -> Iterator[dict]:
    """The pages that exist and that the user may open, with their addresses; ``query`` goes along."""
    for page in pages:
        address = _address(page, initiative)
        if address and getattr(user, page.right, False):
            current = "page" if tab == page.tab else "true" if tab in page.opens else ""
            address = f"{address}?{query}" if query else address
            yield {"word": page.word, "address": address, "current": current}


def _address(page: Page, initiative: Initiative) -> str | None:
    try:
        return reverse(page.route, args=[initiative.slug])
    except NoReverseMatch:
        return None
