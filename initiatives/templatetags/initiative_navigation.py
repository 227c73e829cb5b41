"""The navigation of an initiative, as a tag: ``{% initiative_navigation %}``."""

from django import template

from initiatives.navigation import RESULTS, SET_UP, entries

register = template.Library()


@register.inclusion_tag("components/tabs.html", takes_context=True)
def initiative_navigation(context):
    """What leads through the pages of the initiative in the context; a filter that is set goes along."""
    initiative, user, tab = context["initiative"], context["user"], context.get("tab", "")
    filters = context.get("filters")
    return {
        "initiative": initiative,
        "results": list(entries(RESULTS, initiative, user, tab, filters.query if filters else "")),
        "set_up": list(entries(SET_UP, initiative, user, tab)),
    }
