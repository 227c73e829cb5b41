"""What people said, as counts without names, once a survey has ended."""

import pytest

from surveys import editing
from surveys.models import Survey
from tests.surveys.test_door import begin, call, key_of

PEOPLE = ("F1", "F2", "S", "S1", "S2")


@pytest.fixture
def said(world, link):
    """Let five people answer every question; return the survey."""
    survey, _ = world
    for place, person in enumerate(PEOPLE):
        address = link(person)
        names, _, stage, rating, choice, text = begin(address)
        more = {"more": 4} if place == 0 else {}
        content = {"names": [{"key": key_of(address, "fourn")}, {"name": "Aunt Ida"}], **more}
        call("put", f"{address}answers/{names}/", content)
        call("put", f"{address}answers/{stage}/", {"value": place})
        call("put", f"{address}answers/{rating}/", {"value": 5 if place else 1})
        if place:
            call("put", f"{address}answers/{choice}/", {"value": "mail"})
        call("put", f"{address}answers/{text}/", {"value": f"Words of {5 - place}"})
    return survey


def page(client, user, survey):
    client.force_login(user)
    return " ".join(client.get(f"/initiatives/invoices/surveys/{survey.pk}/").content.decode().split())


def test_answers_are_summed_up_once_the_survey_has_ended(said, client, administrator):
    assert "What people said" not in page(client, administrator, said)
    editing.close_survey(said)
    text = page(client, administrator, said)

    assert "5 people answered with 10 names, 2.0 each; 5 of them were written in" in text
    assert "1 came to the soft limit of 10 and said how many more they would have named: 4.0" in text
    assert "The limit kept back about 29% of all names." in text
    assert '<th scope="row">I want to take part.</th>' in text
    assert '4 <span class="text-secondary">(80%)</span>' in text  # rated 5
    assert text.index("Words of 1") < text.index("Words of 5")


def test_too_few_answers_to_a_question_are_not_shown(said, client, administrator):
    editing.close_survey(said)
    text = page(client, administrator, said)

    assert text.count("Too few answers to show.") == 2  # leadership: nobody; the choice: four
    assert "mail" not in text.partition("What people said")[2].partition("</section>")[0]


def test_auditor_reads_no_answers(said, client, auditor):
    editing.close_survey(said)

    assert "Words of" not in page(client, auditor, said)
    assert Survey.objects.get().state == "closed"
