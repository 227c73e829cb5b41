"""What the database itself refuses, and how links are kept."""

import pytest
from django.db import IntegrityError, transaction

from surveys.models import Answer, Invitation, InvitationToken, Nomination, Survey


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_link_is_found_by_its_secret_alone_and_only_its_digest_is_stored(world):
    invitation = world[0].invitations.first()
    secret = invitation.make_token("mail")
    row = InvitationToken.objects.get()

    assert len(secret) == 32
    assert InvitationToken.objects.of_secret(secret) == row
    assert secret not in {str(value) for value in vars(row).values()}
    assert InvitationToken.objects.of_secret(row.digest) is None


def test_database_refuses_what_cannot_be(world):
    survey, people = world
    invitation = survey.invitations.first()
    question = survey.questions.first()
    answer = Answer.objects.create(invitation=invitation, question=question)
    Nomination.objects.create(answer=answer, target=people["S1"])

    refused(lambda: Invitation.objects.create(survey=survey, person=invitation.person))
    refused(lambda: Answer.objects.create(invitation=invitation, question=question))
    refused(lambda: Nomination.objects.create(answer=answer, target=people["S1"]))
    refused(lambda: Nomination.objects.create(answer=answer))
    refused(lambda: Nomination.objects.create(answer=answer, target=people["S2"], written_in="Somebody"))
    refused(lambda: Nomination.objects.create(answer=answer, target=people["S2"], strength=0))
    draft = Survey.objects.create(initiative=survey.initiative, title="Next")
    refused(lambda: draft.questions.create(order=1, kind="names"))
    refused(lambda: draft.questions.create(order=1, kind="song"))
    refused(lambda: Survey.objects.filter(pk=draft.pk).update(state="pilot"))  # no notice
    refused(
        lambda: Survey.objects.create(
            initiative=survey.initiative, title="Another", state="open", notice_version="1"
        )
    )
