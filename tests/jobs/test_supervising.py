"""`manage.py serve`, as `make run` starts it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from bpm_influence.jobs.supervising import port_is_free
from tests.workers import ROOT, wait_until


@pytest.fixture
def free_port():
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return attempt.getsockname()[1]


@pytest.fixture
def own_environment(tmp_path, free_port):
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CELERY_BROKER_URL")
    }
    return inherited | {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port), "DEMO": "0"}


def serve(environment, **options):
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def processes(environment):
    """Return {pid: command line} of the processes that live in this DATA_DIR."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ") as own, open(f"/proc/{pid}/cmdline") as command:
                if f"DATA_DIR={environment['DATA_DIR']}" in own.read().split("\0"):
                    found[int(pid)] = command.read().replace("\0", " ")
        except OSError:
            continue
    return found


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_used_port_is_told_in_one_line_before_anything_starts(own_environment, free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        out, errors = serve(own_environment).communicate(timeout=30)

    assert (out, errors) == (
        "",
        f"Port {free_port} of 127.0.0.1 is used by another program. "
        f"Stop that, or choose another port: PORT={free_port + 1}.\n",
    )
    assert not os.path.exists(f"{own_environment['DATA_DIR']}/db.sqlite3")


def test_port_is_free_where_nobody_listens(free_port):
    assert port_is_free("127.0.0.1", free_port)


@pytest.mark.slow
@pytest.mark.worker
def test_whatever_dies_is_started_again_and_ctrl_c_ends_all(own_environment, free_port):
    supervisor = serve(own_environment)
    try:
        assert wait_until(lambda: answers(free_port), seconds=90)
        parts = ["gunicorn bpm_influence", "worker -n work", "worker -n quick", " beat "]
        assert wait_until(lambda: all(pids_of(own_environment, part) for part in parts), seconds=90)
        for part in parts:
            before = pids_of(own_environment, part)
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: pids_of(own_environment, part) - before, seconds=90), part  # noqa: B023
        assert wait_until(lambda: answers(free_port), seconds=90)
        supervisor.send_signal(signal.SIGINT)
        told, _ = supervisor.communicate(timeout=20)
        assert supervisor.returncode == 0
        assert "Nobody can sign in yet. Make the first user: " in told
        assert processes(own_environment) == {}
    finally:
        supervisor.kill()
        for pid in processes(own_environment):
            os.kill(pid, signal.SIGKILL)


def pids_of(environment, part):
    return {pid for pid, command in processes(environment).items() if part in command}
