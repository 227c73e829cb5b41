"""Each kind of data goes when its time is over, and not before."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from influence.models import Analysis, TieUpload
from influence.privacy.retention import remove_past_retention
from influence.uploading import submit_ties
from initiatives.editing import create_initiative
from orgchart.models import OrgChart
from surveys.models import Answer, InvitationToken, Survey
from tests.surveys.conftest import make_chart, make_survey

pytestmark = pytest.mark.django_db
NOTHING = {"event_logs": 0, "ties": 0, "answers": 0, "links": 0, "analyses": 0, "mails": 0}


@pytest.fixture
def survey():
    """A survey with one answer and one link."""
    make_chart()
    survey = make_survey(create_initiative(slug="invoices", name="Invoices"))
    invitation = survey.invitations.first()
    Answer.objects.create(invitation=invitation, question=survey.questions.first())
    InvitationToken.make(invitation)
    return survey


def close(survey, days_ago):
    moment = timezone.now() - timedelta(days=days_ago)
    Survey.objects.filter(pk=survey.pk).update(state="closed", closed_at=moment)


def test_answers_and_links_of_a_survey_closed_long_ago_go(survey, settings):
    close(survey, settings.ANSWERS_KEPT_DAYS + 1)
    assert remove_past_retention() == NOTHING | {"answers": 1, "links": 1}
    assert survey.invitations.count() == 7


def test_answers_stay_until_their_time_is_over(survey, settings):
    assert remove_past_retention() == NOTHING
    close(survey, settings.ANSWERS_KEPT_DAYS - 1)
    assert remove_past_retention() == NOTHING


def test_old_analyses_go_but_the_one_that_pages_show(survey, settings):
    chart, initiative = OrgChart.objects.get(), survey.initiative
    long_ago = timezone.now() - timedelta(days=settings.ANALYSES_KEPT_DAYS + 1)
    made = [
        Analysis.objects.create(initiative=initiative, chart=chart, finished_at=long_ago) for _ in range(3)
    ]
    Analysis.objects.update(created_at=long_ago)
    assert remove_past_retention() == NOTHING | {"analyses": 2}
    assert Analysis.objects.get() == made[-1]


def test_files_of_ties_that_were_never_loaded_go(survey, settings):
    upload = submit_ties(survey.initiative, io.BytesIO(b"source,target\n"), file_name="ties.csv")
    assert remove_past_retention() == NOTHING
    long_ago = timezone.now() - timedelta(days=settings.UPLOADS_KEPT_DAYS + 1)
    TieUpload.objects.update(created_at=long_ago)
    assert remove_past_retention() == NOTHING | {"ties": 1}
    assert not upload.stored_file.storage.exists(upload.stored_file.name)


def test_mails_in_files_go(db, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    old, new = Path(tmp_path, "old.eml"), Path(tmp_path, "new.eml")
    for file in (old, new):
        file.write_text("To: ana@acme.example\n\nhello")
    past = time.time() - (settings.MAILS_KEPT_DAYS + 1) * 86_400
    os.utime(old, (past, past))
    assert remove_past_retention() == NOTHING | {"mails": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["new.eml"]
