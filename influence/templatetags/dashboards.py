"""Links that keep the filter, and the "?" beside a term."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from influence.filtering import Filters
from influence.glossary import TERMS

register = template.Library()


@register.simple_tag(takes_context=True)
def page(context, route: str, *args, **changed) -> str:
    """The address of a page of the initiative with the filter that is set: ``{% page 'people' group='x' %}``.

    An empty value takes that part of the filter away; other names are added as they are.
    """
    filters: Filters = context.get("filters") or Filters()
    query = {key: value for key, value in {**filters.given, **changed}.items() if value not in ("", None)}
    address = reverse(f"influence:{route}", args=[context["initiative"].slug, *args])
    return f"{address}?{urlencode(query)}" if query else address


@register.inclusion_tag("components/what.html")
def what(name: str):
    """A "?" that opens the glossary at a term."""
    return {"term": TERMS[name]}
