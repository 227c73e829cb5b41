"""The navigation of an initiative, as a tag: ``{% initiative_navigation %}``."""

from django import template

from initiatives.navigation import RESULTS, SET_UP, entries

register = template.Library()


@register.inclusion_tag("components/tabs.html", takes_context=True)
def initiative_navigation(context):
    """What leads through the pages of the initiative in the context."""
    initiative, user, tab = context["initiative"], context["user"], context.get("tab", "")
    return {
        "initiative": initiative,
        "results": list(entries(RESULTS, initiative, user, tab)),
        "set_up": list(entries(SET_UP, initiative, user, tab)),
    }
