"""The supervisor behind `make run`: web, workers and timer as children, started anew when one dies."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

LOOK_EVERY = 0.25
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LIVED_WELL = 10.0
TIME_TO_STOP = 6.0
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def port_is_free(host, port):
    """Whether nobody listens there yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True


def web_command(host, port):
    """Return the command of the web process."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    shared_memory = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108
    return [
        sys.executable, "-m", "gunicorn", "bpm_influence.wsgi", "--bind", address,
        "--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "8",
        "--timeout", "120", "--graceful-timeout", "5", "--log-level", "warning", *shared_memory,
    ]  # fmt: skip


def worker_command(name, queues, *options):
    """Return the command of a worker for some queues."""
    return [
        sys.executable, "-m", "celery", "-A", "bpm_influence", "worker", "-n", f"{name}@%h", "-Q", queues,
        "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat", *options,
    ]  # fmt: skip


def timer_command():
    """Return the command of the timer."""
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "bpm_influence",
        "beat",
        "--pidfile=",
        "--loglevel",
        "WARNING",
    ]


def commands(host, port):
    """Return what runs, by name. Short jobs have a worker of their own, and long ones give way to the web."""
    return {
        "web": web_command(host, port),
        "worker": ["nice", "-n", "10", *worker_command("work", "work,quick", "--concurrency", "2")],
        "quick-worker": worker_command("quick", "quick", "--pool", "solo"),
        "timer": timer_command(),
    }


@dataclass
class Child:
    """One process with its whole group, and when it may be started again."""

    name: str
    command: list
    log: Path
    folder: Path
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = field(default_factory=time.monotonic)

    def look_after(self):
        """Start the process where it does not run; say so where it had died."""
        if self.process and self.process.poll() is not None:
            self._bury()
        if self.process is None and time.monotonic() >= self.start_at:
            self._start()

    def _start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        self.started_at = time.monotonic()

    def _bury(self):
        status = self.process.returncode
        self.kill()
        lived = time.monotonic() - self.started_at
        self.pause = FIRST_PAUSE if lived > LIVED_WELL else min(2 * self.pause, LONGEST_PAUSE)
        self.start_at = time.monotonic() + self.pause
        self.process = None
        print(f"The {self.name} ended ({status}) and is started again; see {self.log}.", flush=True)

    def ask_to_stop(self):
        """Ask the process to finish what it does."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def kill(self):
        """End the process and all its children."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, commands, *, logs, folder):
        logs.mkdir(parents=True, exist_ok=True)
        self.children = [
            Child(name, command, logs / f"{name}.log", folder) for name, command in commands.items()
        ]
        self.stopping = False

    def run(self, when_started=lambda: None):
        """Start all, look after them, and end them with all their children on Ctrl-C or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            when_started()
            while not self.stopping:
                self.look_after_all()
                time.sleep(LOOK_EVERY)
        finally:
            self._end_all()

    def look_after_first(self):
        """Start the first child alone, so that it need not share the processor with the others' start."""
        self.children[0].look_after()

    def look_after_all(self):
        """Start whatever does not run."""
        for child in self.children:
            child.look_after()

    def _stop(self, number, frame):
        self.stopping = True

    def _end_all(self):
        print("\nEnding. What is being done goes on at the next start.", flush=True)
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + TIME_TO_STOP
        while time.monotonic() < until and any(c.process and c.process.poll() is None for c in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.kill()


def _die_with_parent():
    """Let the kernel end this child when the supervisor is killed (Linux; elsewhere it does nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
