"""The embedded broker: one folder per queue, one file per message, no service to install.

A message is written under a hidden name and renamed, so that a reader sees it whole or not at all, and taken
by renaming it again, which only one reader can do. The folder may be deleted at any moment: it is made anew.
"""

import contextlib
import itertools
import json
import os
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu.transport import virtual

_serial = itertools.count()


class Channel(virtual.Channel):
    """Queues as folders. Exchanges live in memory, for each publisher declares the queue it rings."""

    do_restore = False
    supports_fanout = False

    @property
    def folder(self):
        """The folder that holds the queues."""
        return Path(self.connection.client.transport_options["folder"])

    def _queue_folder(self, queue):
        folder = self.folder / queue
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _waiting(self, queue):
        return sorted(name for name in os.listdir(self._queue_folder(queue)) if not name.startswith("."))

    def _put(self, queue, message, **kwargs):
        folder = self._queue_folder(queue)
        name = f"{time.time_ns():020d}-{next(_serial):06d}-{uuid.uuid4().hex}.message"
        hidden = folder / f".{name}"
        hidden.write_text(json.dumps(message))
        hidden.rename(folder / name)

    def _get(self, queue, timeout=None):
        folder = self._queue_folder(queue)
        for name in self._waiting(queue):
            taken = folder / f".taken-{name}"
            with contextlib.suppress(FileNotFoundError):
                (folder / name).rename(taken)
                content = taken.read_text()
                taken.unlink()
                return json.loads(content)
        raise Empty

    def _size(self, queue):
        return len(self._waiting(queue))

    def _purge(self, queue):
        names = self._waiting(queue)
        for name in names:
            (self._queue_folder(queue) / name).unlink(missing_ok=True)
        return len(names)

    def _delete(self, queue, *args, **kwargs):
        self._purge(queue)


class Transport(virtual.Transport):
    """The transport behind `embedded://`."""

    Channel = Channel
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset(["direct"]))
    global_state = virtual.BrokerState()
    polling_interval = 0.1
    default_port = 0
    driver_type = "embedded"
    driver_name = "embedded"

    def __init__(self, client, **kwargs):
        super().__init__(client, **kwargs)
        self.state = self.global_state

    def driver_version(self):
        """Return the version that Celery prints."""
        return "1"
