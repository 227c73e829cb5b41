"""Initiatives as pages: the list, a new one, settings, deletion."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives.access import managed_initiative, visible_initiative
from initiatives.editing import count_scope, scope_as_dict
from initiatives.forms import InitiativeForm, ScopeForm
from initiatives.listing import listed_initiatives
from initiatives.models import Initiative
from orgchart.models import OrgChart, Position


@require_safe
def initiative_list(request: HttpRequest) -> HttpResponse:
    """The home page: the initiatives that one may know of, each with its next step."""
    listed = listed_initiatives(request.user)
    context = {
        "listed": listed,
        "has_demonstration": any(row.initiative.is_demonstration for row in listed),
        "chart": OrgChart.objects.current(),
    }
    return render(request, "initiatives/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A form for a new initiative."""
    if not request.user.can_manage_initiatives:
        raise PermissionDenied("Your role does not make initiatives.")
    form = InitiativeForm(_posted(request), user=request.user)
    made = form.save() if form.is_valid() else None
    if made:
        messages.success(request, f"“{made.name}” is there. Now load who names whom.")
        return redirect("influence:data", made.slug)
    return _form_page(request, "initiatives/new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided about an initiative: to change for those who may, to read for the others."""
    initiative = visible_initiative(request.user, slug)
    if not request.user.can_manage_initiatives and request.method != "POST":
        return _settings_to_read(request, initiative)
    initiative = managed_initiative(request.user, slug)
    form = InitiativeForm(_posted(request), user=request.user, initiative=initiative)
    if form.is_valid() and form.save():
        messages.success(request, "Saved. Results stay as they are until the next analysis.")
        return redirect("initiatives:settings", slug)
    return _form_page(request, "initiatives/settings.html", form)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form_page(request: HttpRequest, template: str, form: InitiativeForm) -> HttpResponse:
    current = OrgChart.objects.current()
    context = {
        "form": form,
        "initiative": form.initiative,
        "tab": "settings",
        "chart": current,
        "everybody": Position.objects.filter(chart=current).count() if current else 0,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _settings_to_read(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    context = {
        "initiative": initiative,
        "tab": "settings",
        "scope": scope_as_dict(initiative),
        "roles": initiative.roles.select_related("person"),
        "members": initiative.members.select_related("user"),
        "people": initiative.positions().count(),
    }
    return render(request, "initiatives/settings_to_read.html", context)


@require_POST
def scope_count(request: HttpRequest) -> HttpResponse:
    """How many people the scope of a form, not yet saved, would hold."""
    if not request.user.can_manage_initiatives:
        raise PermissionDenied("Your role does not make initiatives.")
    form = ScopeForm(request.POST)
    form.is_valid()
    count = count_scope(form.scope())
    return render(request, "initiatives/_scope_count.html", {"count": count, "everybody": count_scope(None)})


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an initiative away with everything it brought, after asking."""
    initiative = managed_initiative(request.user, slug)
    if request.method == "POST":
        initiative.delete()
        messages.success(request, f"“{initiative.name}” is gone, with its ties and results.")
        return redirect("initiatives:list")
    return render(request, "initiatives/delete.html", {"initiative": initiative, "tab": "settings"})
