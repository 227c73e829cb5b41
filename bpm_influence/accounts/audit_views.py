"""Looking into the audit log."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bpm_influence.accounts.forms import AuditForm
from bpm_influence.accounts.models import AuditEntry
from bpm_influence.rest.exporting import csv_response

PER_PAGE = 100
COLUMNS = ["at", "actor", "door", "action", "subject", "status", "address", "request_id"]


@require_safe
def audit_log(request):
    """Search the log, newest first."""
    form, entries = _chosen(request)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    chosen = request.GET.copy()
    chosen.pop("page", None)
    shown = {"form": form, "page": page, "query": chosen.urlencode(), "kept_days": settings.AUDIT_KEPT_DAYS}
    return render(request, "accounts/audit.html", shown)


@require_safe
def audit_csv(request):
    """Take what was searched for out as a table."""
    _, entries = _chosen(request)
    rows = ((entry[0].isoformat(), *entry[1:]) for entry in entries.values_list(*COLUMNS).iterator())
    return csv_response("audit-log.csv", COLUMNS, rows)


def _chosen(request):
    if not request.user.can_see_audit_log:
        raise PermissionDenied("The audit log is for administrators and auditors.")
    form = AuditForm(request.GET)
    entries = AuditEntry.objects.visible_to(request.user)
    return form, form.narrow(entries) if form.is_valid() else entries
