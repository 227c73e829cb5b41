"""A new org chart and an open survey: leavers' links are shut, joiners are invited with one click."""

import re

import pytest
from django.urls import reverse

from initiatives.editing import create_initiative
from orgchart.charts import activate_chart, load_chart
from surveys import inviting, mailing
from surveys.models import Invitation, Mailing, MailItem
from tests.surveys.conftest import make_survey

HEADER = b"employee_id,name,manager_id,department,email\n"
BEFORE = (
    HEADER
    + b"1,Ann,,Board,a@x.example\n2,Ben,1,Ops,b@x.example\n3,Cy,1,Ops,c@x.example\n4,Dee,2,Ops,d@x.example\n"
)
AFTER = (
    HEADER
    + b"1,Ann,,Board,a@x.example\n2,Ben,1,Ops,b@x.example\n4,Dee,1,Ops,d@x.example\n6,Fay,2,Ops,f@x.example\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(administrator):
    """An open survey of Ops, to which everybody there has a link."""
    load_chart(BEFORE, file_name="before.csv")
    initiative = create_initiative(name="Invoices", scope={"departments": ["Ops"]}, created_by=administrator)
    survey = make_survey(initiative)
    inviting.invite(survey)
    list(inviting.personal_links(survey.invitations.all()))
    return survey


@pytest.fixture
def after(survey):
    return load_chart(AFTER, file_name="after.csv", activate=False).chart


def row_of(client, chart):
    """What the page says of the open survey: the figures of left, moved and joined, and the row itself."""
    page = client.get(reverse("orgchart:touched", args=[chart.pk])).content.decode()
    row = page.split('<th scope="row">Open survey')[1].split("</tr>")[0]
    return tuple(map(int, re.findall(r"<strong>(\d+)</strong>", row))), row


def states(survey):
    rows = survey.invitations.order_by("person__employee_id")
    return list(rows.values_list("person__employee_id", "state"))


def open_links(survey):
    return set(
        Invitation.objects.filter(survey=survey, tokens__revoked_at=None, tokens__isnull=False).values_list(
            "person__employee_id", flat=True
        )
    )


def test_preview_says_whom_the_survey_loses_and_gains_and_touches_nobody(
    client, signed_in, administrator, survey, after
):
    figures, row = row_of(signed_in(administrator), after)
    assert figures == (1, 1, 1)
    assert "will be revoked" in row
    assert "<button" not in row
    assert open_links(survey) == {"2", "3", "4"}


def test_activation_shuts_the_links_of_leavers_alone(survey, after):
    activate_chart(after)
    assert states(survey) == [("2", "invited"), ("3", "left"), ("4", "invited")]
    assert open_links(survey) == {"2", "4"}


def test_joiners_are_invited_with_one_click(client, signed_in, administrator, survey, after):
    activate_chart(after)
    signed_in(administrator)
    figures, row = row_of(client, after)
    assert (figures, "Invite 1 joiner" in row) == ((1, 1, 1), True)
    client.post(re.search(r'action="([^"]*)"', row)[1])
    assert states(survey)[-1] == ("6", "invited")
    assert row_of(client, after)[0] == (1, 1, 0)


def test_joiners_get_their_mail_where_the_survey_invites_by_mail(survey, after, administrator):
    mailing.plan_mailing(survey, Mailing.Kind.INVITATION, user=administrator)
    Mailing.objects.update(state=Mailing.State.DONE)
    sent = [
        MailItem(mailing=Mailing.objects.get(), invitation=one, state="sent")
        for one in survey.invitations.all()
    ]
    MailItem.objects.bulk_create(sent)
    activate_chart(after)
    assert mailing.invite_joiners(survey) == "One person is invited, and the mails are on their way."
    reached = mailing.recipients(survey, Mailing.Kind.INVITATION).values_list(
        "person__employee_id", flat=True
    )
    assert list(reached) == ["6"]


def test_roll_back_brings_leavers_back_with_new_links(survey, after):
    former = after.replaced or survey.initiative.positions().first().chart
    activate_chart(after)
    activate_chart(former)
    assert [place.person.employee_id for place in inviting.joiners(survey)] == ["3"]
    inviting.invite(survey)
    assert states(survey) == [("2", "invited"), ("3", "invited"), ("4", "invited")]
    assert open_links(survey) == {"2", "4"}


def test_hr_sees_how_many_and_not_who(client, signed_in, hr, survey, after):
    figures, row = row_of(signed_in(hr), after)
    assert (figures, "Cy" in row) == ((1, 1, 1), False)


def test_closed_survey_stays_as_it_was(survey, after):
    survey.state = "closed"
    survey.save()
    activate_chart(after)
    assert ("3", "invited") in states(survey)
