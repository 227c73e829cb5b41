"""Reading settings from environment variables, and refusing in words what they cannot be."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SQLITE_OPTIONS = {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}
BROKER_SCHEMES = ["embedded", "redis", "rediss", "amqp", "amqps"]
RATE_FORM = re.compile(r"([1-9]\d*)/(second|minute|hour|day)")


def refuse(name, value, remedy):
    """Raise the one error of this module: which variable, what it holds, what to write instead."""
    raise ImproperlyConfigured(f"{name}={value!r} cannot be used: {remedy}")


def text(name, default=""):
    """Return the variable, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def switch(name, *, default):
    """Return whether a variable is on; only 0 and 1 are answers."""
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        refuse(name, value, "write 0 or 1.")
    return value == "1"


def one_of(name, choices):
    """Return one of some words, the first where the variable is unset."""
    value = text(name, choices[0])
    if value not in choices:
        refuse(name, value, f"write {' or '.join(choices)}.")
    return value


def port(name, *, default):
    """Return a TCP port."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        refuse(name, value, "write a port number from 1 to 65535.")
    return int(value)


def megabytes(name, *, default):
    """Return a size in megabytes."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 2000:
        refuse(name, value, "write a number of megabytes from 1 to 2000.")
    return int(value)


def days(name, *, default):
    """Return a number of days."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 3650:
        refuse(name, value, "write a number of days from 1 to 3650.")
    return int(value)


def rate(name, *, default):
    """Return a rate such as 600/minute, or None for `off`."""
    value = text(name, default)
    if value == "off":
        return None
    if not RATE_FORM.fullmatch(value):
        refuse(name, value, "write a number per second, minute, hour or day, such as 600/minute, or off.")
    return value


def host_names(name, *, host):
    """Return the names under which the pages may be asked for; loopback alone by default."""
    names = [part.strip() for part in text(name).split(",") if part.strip()]
    for part in names:
        if "/" in part or " " in part:
            refuse(name, part, "write host names separated by commas, without http:// and paths.")
    if names:
        return names
    return LOOPBACK_HOSTS + ([host] if host not in ("0.0.0.0", "::", *LOOPBACK_HOSTS) else [])  # noqa: S104


def directory(name, *, default):
    """Return a folder as an absolute path, made where it is missing."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, str(path), f"the folder cannot be made ({error.strerror}); name one you may write to.")
    return path


def database(name, *, data_dir):
    """Return Django's database settings: PostgreSQL, or SQLite tuned for a web and a worker process."""
    url = text(name, f"sqlite:///{data_dir / 'db.sqlite3'}")
    scheme = url.partition(":")[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        refuse(
            name, _without_password(url), "write postgres://user:password@host:5432/name or sqlite:///path."
        )
    try:
        configured = dj_database_url.parse(url)
    except ValueError as error:
        refuse(name, _without_password(url), f"it is not an address ({error}).")
    if not configured["NAME"]:
        refuse(name, _without_password(url), "the name of the database is missing at its end.")
    if scheme == "sqlite":
        return configured | {"OPTIONS": dict(SQLITE_OPTIONS)}
    options = {"connect_timeout": 5} | configured.get("OPTIONS", {})
    return configured | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def public_url(name, *, host, port, https):
    """Return the address under which people reach the pages, for links in mails and on cards."""
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    value = text(name, f"{'https' if https else 'http'}://{shown}:{port}").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path:
        refuse(name, value, "write the pages' own address, such as https://influence.example.org.")
    return value


def per_minute(name, *, default):
    """Return how many of something a minute may bring."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 60_000:
        refuse(name, value, "write a number per minute from 1 to 60000.")
    return int(value)


def group_size(name, *, default):
    """Return the smallest group whose answers may be counted; never below 3."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 3 <= int(value) <= 1000:
        refuse(name, value, "write a number of answers from 3 on; 5 is usual.")
    return int(value)


def broker(name):
    """Return the address of the Celery broker; `embedded://` keeps it in DATA_DIR."""
    url = text(name, "embedded://localhost")
    if url.partition("://")[0] not in BROKER_SCHEMES:
        refuse(
            name,
            _without_password(url),
            "write redis://host:6379/0, amqp://user:password@host:5672// or embedded://localhost.",
        )
    return url


def email(name, *, data_dir):
    """Return Django's mail settings from one address; by default mails are files in DATA_DIR."""
    url = text(name, f"file://{data_dir / 'mails'}")
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme in ("smtp", "smtp+tls", "smtps") and parts.hostname:
        return _smtp(name, url)
    return refuse(
        name,
        _without_password(url),
        "write smtp+tls://user:password@host:587, smtps://, file:///folder or console:.",
    )


def secret(name, *, data_dir):
    """Return the secret key: the variable, or one made once into DATA_DIR that only its owner can read."""
    given = text(name)
    if given:
        return given if len(given) >= 32 else refuse(name, "...", "it needs at least 32 characters.")
    path = data_dir / "secret_key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_once(path, content):
    """Write a private file whole, unless another process was first."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)


def _smtp(name, url):
    parts = urlsplit(url)
    try:
        number = parts.port
    except ValueError:
        refuse(name, _without_password(url), "the port is not a number.")
    standard = {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": number or standard,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def _without_password(url):
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:...@", url)
