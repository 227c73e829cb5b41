"""The glossary behind every "?", and how the figures are computed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence.glossary import TERMS
from influence.methods import section, sections


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term of the pages, in alphabetical order."""
    terms = sorted(TERMS.values(), key=lambda term: term.word.casefold())
    return render(request, "influence/glossary.html", {"terms": terms})


@require_safe
def term(request: HttpRequest, key: str) -> HttpResponse:
    """One term with how its figure is computed: a part for the dialog, a page without JavaScript."""
    found = TERMS.get(key)
    if found is None:
        raise Http404("The glossary does not have this term.")
    template = "influence/_term.html" if request.htmx or "part" in request.GET else "influence/term.html"
    return render(request, template, {"term": found, "method": section(found.method)})


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """How every figure is computed, with sources."""
    return render(request, "influence/methods.html", {"sections": sections()})
