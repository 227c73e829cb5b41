"""Mails with links: nobody gets one twice, nobody is left out, whatever dies in between."""

import contextlib
import re
import socket
import socketserver
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from bpm_influence.jobs.models import Job, Worker
from initiatives.editing import create_initiative
from orgchart.models import Person
from surveys import inviting, mailing
from surveys.models import Invitation, InvitationToken, LinkExport, Mailing, MailItem, Survey
from tests.surveys.conftest import make_chart, make_survey
from tests.workers import wait_until


@pytest.fixture
def mails(tmp_path, settings):
    """Return a function that gives the mails written so far, as (to, link) pairs."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.MAILS_PER_MINUTE = 60_000
    return lambda: sent_in(tmp_path)


def sent_in(folder):
    found = []
    for path in sorted(Path(folder).glob("*.eml")):
        text = path.read_text()
        found.append((re.search(r"^To: (.+)$", text, re.M)[1], re.search(r"/s/([\w-]{32})", text)[1]))
    return found


@pytest.fixture
def with_mail(world):
    """Return the survey of the small world, where all but one have an address."""
    survey, people = world
    for person in Person.objects.exclude(employee_id="T"):
        Person.objects.filter(pk=person.pk).update(email=f"{person.employee_id.lower()}@firm.example")
    return survey, people


def send(survey, kind="invitation", **more):
    """Send a mailing here and now."""
    planned = mailing.plan_mailing(survey, kind, **more)
    Job.run_here(planned.job)
    planned.refresh_from_db()
    return planned


def test_everybody_with_an_address_gets_a_link_of_their_own_once(with_mail, mails, client):
    survey, _ = with_mail
    first = send(survey)
    send(survey)  # once more: everybody has got one

    assert first.state == "done"
    assert Counter(to for to, _ in mails()) == Counter(
        f"{name}@firm.example" for name in ("f", "f1", "f2", "s", "s1", "s2")
    )
    secret = dict(mails())["f1@firm.example"]
    assert "Łukasz Müller" in client.get(f"/s/{secret}/").content.decode()
    assert secret not in str(list(InvitationToken.objects.values()))


def test_reminder_goes_to_those_not_done_with_a_new_link_beside_the_old(with_mail, mails, client):
    survey, people = with_mail
    send(survey)
    old = dict(mails())
    survey.invitations.filter(person__in=[people["F1"], people["S1"]]).update(state="submitted")
    survey.invitations.filter(person=people["S"]).update(state="begun")
    send(survey, "reminder")
    reminded = [mail for mail in mails() if mail[1] not in old.values()]

    assert {to for to, _ in reminded} == {f"{name}@firm.example" for name in ("f", "f2", "s", "s2")}
    assert len(reminded) == 4
    secrets = {secret for to, secret in reminded if to == "f2@firm.example"} | {old["f2@firm.example"]}
    assert len(secrets) == 2
    assert {client.get(f"/s/{secret}/").status_code for secret in secrets} == {200}


def test_planned_reminder_starts_when_its_time_has_come_and_not_after_the_end(with_mail, mails):
    survey, _ = with_mail
    ahead = timezone.now() + timedelta(days=2)
    planned = mailing.plan_mailing(survey, "reminder", due_at=ahead)
    assert mailing.start_due_mailings() == 0
    Mailing.objects.update(due_at=timezone.now())
    assert mailing.start_due_mailings() == 1
    Job.run_here(Mailing.objects.get(pk=planned.pk).job)
    assert len(mails()) == 6
    Survey.objects.update(state="closed")

    assert mailing.start_due_mailings() == 0


def test_who_answers_meanwhile_gets_no_reminder_any_more(with_mail, mails):
    survey, people = with_mail
    planned = mailing.plan_mailing(survey, "reminder")
    mailing._write_down(planned)
    survey.invitations.filter(person=people["S2"]).update(state="submitted")
    Job.run_here(planned.job)

    assert "s2@firm.example" not in dict(mails())
    assert mailing.counts_of(planned) == {"sent": 5, "dropped": 1}


@pytest.mark.parametrize(
    ("state", "is_there"), [("sending", False), ("handing_over", False), ("handing_over", True)]
)
def test_what_a_dead_worker_left_is_settled_and_nobody_gets_two(with_mail, mails, tmp_path, state, is_there):
    survey, people = with_mail
    planned = mailing.plan_mailing(survey, "invitation")
    mailing._write_down(planned)
    item = planned.items.get(invitation__person=people["F1"])
    planned.items.filter(pk=item.pk).update(state=state, owner="a worker that died")
    if is_there:
        name = tmp_path / f"survey-{survey.pk}-mail-{item.pk}.eml"
        name.write_text(f"To: f1@firm.example\n\n/s/{'x' * 32}/")
    Job.run_here(planned.job)

    item.refresh_from_db()
    assert item.state == "sent"
    assert Counter(to for to, _ in mails()).most_common(1)[0][1] == 1
    assert len(mails()) == 6


class Server(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; refuses one address, and puts another one off for good."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line.strip().upper()
            if command.startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(re.search(rb"^To: (.+?)\r", text, re.M)[1].decode())
                self.wfile.write(b"250 taken\r\n")
            elif command.startswith(b"RCPT") and b"S1@" in command:
                self.wfile.write(b"550 No such user here\r\n")
            elif command.startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def smtp(settings):
    """Return a mail server that notes to whom it delivers."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server)
    server.mails, server.daemon_threads = [], True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
    settings.MAILS_PER_MINUTE = 60_000
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_addresses_that_the_server_refuses_are_listed(with_mail, smtp, client, administrator):
    survey, _ = with_mail
    send(survey)
    client.force_login(administrator)
    page = client.get(f"/initiatives/invoices/surveys/{survey.pk}/").content.decode()

    assert sorted(smtp.mails) == [f"{name}@firm.example" for name in ("f1", "f2", "f", "s2", "s")]
    assert "550 No such user here" in page
    assert MailItem.objects.get(state="refused").address == "s1@firm.example"


def test_mail_in_doubt_is_not_sent_again_by_itself(with_mail, smtp):
    survey, people = with_mail
    planned = mailing.plan_mailing(survey, "invitation")
    mailing._write_down(planned)
    item = planned.items.get(invitation__person=people["F1"])
    planned.items.filter(pk=item.pk).update(state="handing_over", owner="a worker that died")
    Job.run_here(planned.job)
    assert "f1@firm.example" not in smtp.mails
    item.refresh_from_db()
    assert item.state == "doubtful"
    assert mailing.send_doubtful_again(Mailing.objects.get(pk=planned.pk)) == 1
    Job.run_here(Mailing.objects.get(pk=planned.pk).job)

    assert smtp.mails.count("f1@firm.example") == 1


@pytest.mark.parametrize("backlog", [None, 5], ids=["down", "silent"])
def test_mail_server_that_is_down_or_silent_is_told_and_nobody_is_left_out(
    with_mail, smtp, settings, monkeypatch, backlog
):
    survey, _ = with_mail
    monkeypatch.setattr(mailing, "PAUSE_AFTER_FAILURE", 0)
    well, settings.EMAIL_TIMEOUT = settings.EMAIL_PORT, 0.2
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        if backlog:
            other.listen(backlog)
        settings.EMAIL_PORT = other.getsockname()[1]
        planned = send(survey)
    assert (planned.state, planned.job.state) == ("running", "failed")
    assert planned.job.fault.startswith("The mail server does not answer. What has gone out stays out;")
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = well, 10
    Job.run_here(planned.job.retry())
    assert Counter(smtp.mails) == Counter(f"{name}@firm.example" for name in ("f", "f1", "f2", "s", "s2"))


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_mailing_survives_kill_9(start_worker, monkeypatch):
    monkeypatch.setenv("MAILS_PER_MINUTE", "600")
    rows = [("T", "Ada Top", None, "Board", "Director", 0, 40, 1)]
    rows += [(f"P{n}", f"Person {n}", "T", "Sales", "Clerk", n, n, 2) for n in range(1, 41)]
    make_chart(rows)
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(email=f"{person.employee_id}@firm.example")
    survey = make_survey(create_initiative(slug="invoices", name="Invoices"))
    folder = Path(settings.EMAIL_FILE_PATH)
    mine = f"survey-{survey.pk}-mail-*.eml"
    for old in folder.glob(mine):
        old.unlink()
    planned = mailing.plan_mailing(survey, "invitation")
    first = start_worker(name="first")
    assert wait_until(lambda: len(list(folder.glob(mine))) >= 8, seconds=60)
    first.kill()
    early = len(list(folder.glob(mine)))
    start_worker(name="second")
    assert wait_until(lambda: Mailing.objects.get(pk=planned.pk).state == "done", seconds=120)
    to = Counter(re.search(r"^To: (.+)$", path.read_text(), re.M)[1] for path in folder.glob(mine))

    assert early < 41
    assert to == Counter(f"{row[0]}@firm.example" for row in rows)
    assert set(planned.items.values_list("state", flat=True)) == {"sent"}
    assert set(Invitation.objects.values_list("mails_sent", flat=True)) == {1}


@contextlib.contextmanager
def others_write_meanwhile():
    """Let somebody else write right after whatever this connection reads of the invitations."""

    def write():
        Worker.sign("somebody else")
        connection.close()

    def between(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "surveys_invitation" in sql and not connection.in_atomic_block:
            other = threading.Thread(target=write)
            other.start()
            other.join()
        return done

    with connection.execute_wrapper(between):
        yield


@pytest.mark.django_db(transaction=True)
def test_mailing_is_written_down_while_others_write(with_mail, mails, monkeypatch):
    survey, _ = with_mail
    monkeypatch.setattr(mailing, "ROWS_PER_INSERT", 2)
    with others_write_meanwhile():
        planned = send(survey)

    assert (planned.state, planned.job.attempt, len(mails())) == ("done", 1, 6)


@pytest.mark.django_db(transaction=True)
def test_list_of_links_is_made_while_others_write(with_mail, monkeypatch):
    survey, _ = with_mail
    monkeypatch.setattr(inviting, "ROWS_PER_INSERT", 2)
    with others_write_meanwhile():
        rows = list(inviting.link_rows(survey, form=LinkExport.Form.LIST))

    assert [row["employee_id"] for row in rows] == sorted(row["employee_id"] for row in rows)
    assert len({row["url"] for row in rows}) == 7
