"""Whether a request comes from the machine itself."""

import ipaddress

from django.conf import settings

FORWARDING_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST")


def is_local(request):
    """Whether the request reached us over loopback, under a loopback name, through no proxy."""
    if request is None or any(header in request.META for header in FORWARDING_HEADERS):
        return False
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and is_loopback(_host_name(request))


def client_address(request):
    """Return the address that the request came from; behind the proxy of HTTPS=1, what that one saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def is_loopback(host):
    """Whether a name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_name(request):
    host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
