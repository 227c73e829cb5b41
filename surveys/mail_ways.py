"""The ways a mail can leave: to a file, over SMTP, or through whatever backend Django has been given.

Every way calls ``hand_over`` as late as it can before the mail is out of our hands; if that raises, the mail
does not leave.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp
from django.utils.module_loading import import_string

HandOver = Callable[[], None]
END_OF_MAIL = b"\r\n.\r\n"


class FileWay:
    """One file for each mail, written whole or not at all; its name tells whether it is there."""

    def __init__(self, folder: str):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: EmailMessage, name: str, hand_over: HandOver) -> None:
        """Write the mail under its name."""
        temporary = self.folder / f".{name}.{os.getpid()}"
        with temporary.open("wb") as file:
            file.write(message.message().as_bytes())
            file.flush()
            os.fsync(file.fileno())
        hand_over()
        temporary.replace(self._path(name))

    def was_sent(self, name: str) -> bool:
        """Whether the mail is there."""
        return self._path(name).exists()

    def close(self) -> None:
        """Nothing to close."""

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.eml"


class SmtpWay:
    """A mail server; one connection for many mails."""

    def __init__(self):
        self.connection = _telling_backend(self)(fail_silently=False)
        self.hand_over: HandOver = lambda: None

    def send(self, message: EmailMessage, name: str, hand_over: HandOver) -> None:
        """Hand the mail to the server; what it says against it is raised."""
        self.hand_over = hand_over
        self.connection.open()
        message.connection = self.connection
        message.send()

    def was_sent(self, name: str) -> None:
        """A server does not tell afterwards."""

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        self.connection.close()


def _telling_backend(way: SmtpWay) -> type[smtp.EmailBackend]:
    """The backend of the settings, whose client says when a mail's last bytes are about to leave."""

    class Backend(import_string(settings.EMAIL_BACKEND)):
        @property
        def connection_class(self):
            return _telling_client(super().connection_class, way)

    return Backend


def _telling_client(usual: type[smtplib.SMTP], way: SmtpWay) -> type[smtplib.SMTP]:
    class Client(usual):
        def send(self, data):
            if isinstance(data, bytes) and data.endswith(END_OF_MAIL):
                way.hand_over()
            super().send(data)

    return Client


class OtherWay:
    """Any other backend of Django's."""

    def __init__(self):
        self.connection = get_connection()

    def send(self, message: EmailMessage, name: str, hand_over: HandOver) -> None:
        """Hand the mail over."""
        hand_over()
        message.connection = self.connection
        message.send()

    def was_sent(self, name: str) -> None:
        """Unknown."""

    def close(self) -> None:
        """Close what may be open."""
        self.connection.close()


def open_way() -> FileWay | SmtpWay | OtherWay:
    """The way that the settings name."""
    if mails_are_files():
        return FileWay(settings.EMAIL_FILE_PATH)
    backend = import_string(settings.EMAIL_BACKEND)
    return SmtpWay() if issubclass(backend, smtp.EmailBackend) else OtherWay()


def mails_are_files() -> bool:
    """Whether mails are written to files, to be looked at on a page."""
    return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def mails_in_files(prefix: str, most: int) -> Iterator[ParsedMail]:
    """The newest mails whose file name begins so."""
    folder = Path(settings.EMAIL_FILE_PATH)
    names = sorted(folder.glob(f"{prefix}*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in names[:most]:
        yield message_from_bytes(path.read_bytes(), policy=policy.default)
