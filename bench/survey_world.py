"""What the measurements of the survey's door need inside of Django: people, a survey, what is stored.

``python -m bench.survey_world fill|stored|start_mailing|mailed|visitors NUMBER ...`` prints JSON at last.
"""

from __future__ import annotations

import json
import os
import random
import sys

DEPARTMENT_SIZE, SPAN = 40, 8


def fill(people: int, respondents: int) -> None:
    """Write a chart and an open survey; print the survey's number and a link for each respondent."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from initiatives.editing import create_initiative
    from orgchart.models import OrgChart, Person, Position
    from orgchart.naming import search_form
    from surveys.editing import create_survey, open_survey
    from surveys.inviting import link_rows
    from surveys.models import LinkExport

    call_command("migrate", verbosity=0)
    now = timezone.now()
    chart = OrgChart.objects.create(
        as_of=now.date(), file_name="made-up", file_hash="0" * 64, people_count=people,
        tops_count=1, max_level=9, is_current=True, activated_at=now, state="done",
    )  # fmt: skip
    names = made_up_names(people)
    persons = Person.objects.bulk_create(
        [
            Person(
                employee_id=f"{n:07d}", name=name, email=f"p{n}@firm.example", search_name=search_form(name)
            )
            for n, name in enumerate(names)
        ],
        batch_size=5000,
    )
    Position.objects.bulk_create(
        [
            Position(
                chart=chart, person=person, name=person.name, title="Clerk", level=1, span=0, headcount=0,
                department=f"Unit {n // DEPARTMENT_SIZE}", lft=n, rgt=n,
                manager=persons[(n - 1) // SPAN] if n else None,
            )
            for n, person in enumerate(persons)
        ],
        batch_size=5000,
    )  # fmt: skip
    initiative = create_initiative(slug="bench", name="Bench")
    survey = create_survey(initiative)
    open_survey(survey)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what autovacuum does by itself within a minute
    rows = list(link_rows(survey, form=LinkExport.Form.COMMAND))
    links = [row["url"] for row in random.Random(1).sample(rows, respondents)]
    print(
        json.dumps({"survey": survey.pk, "tokens": [link.rstrip("/").rpartition("/")[2] for link in links]})
    )


def made_up_names(people: int) -> list[str]:
    """Names of many different words, some with accents, some shared."""
    chance = random.Random(7)
    starts = ("An", "Ber", "Cla", "Dó", "Eva", "Fer", "Gün", "Ha", "Iva", "Jo", "Ka", "Lu", "Ma", "Ni", "Tom")
    middles = ("na", "li", "ro", "sté", "mi", "ka", "de", "va", "so", "rin", "te", "lo", "gar", "wi", "mül")
    ends = ("n", "ska", "ller", "son", "ez", "ova", "berg", "ke", "tti", "mann", "s", "ra", "cki", "in", "er")

    def word(parts: int) -> str:
        return chance.choice(starts) + "".join(chance.choices(middles, k=parts)) + chance.choice(ends)

    firsts, lasts = [word(1) for _ in range(1500)], [word(2) for _ in range(max(40, people // 4))]
    return [f"{chance.choice(firsts)} {chance.choice(lasts)}" for _ in range(people)]


def stored(survey: int) -> None:
    """Print every stored answer, by link and question."""
    from surveys.models import Answer

    found: dict[str, list | int] = {}
    answers = Answer.objects.filter(question__survey=survey).select_related("question")
    for answer in answers.prefetch_related("nominations", "invitation__tokens"):
        names = sorted([one.target_id, one.strength] for one in answer.nominations.all())
        said = names if answer.question.kind == "names" else answer.value
        found |= {f"{link.digest}:{answer.question_id}": said for link in answer.invitation.tokens.all()}
    print(json.dumps(found))


def start_mailing(survey: int) -> None:
    """Begin to mail everybody the invitation, at full speed."""
    from surveys.mailing import plan_mailing
    from surveys.models import Survey

    print(plan_mailing(Survey.objects.get(pk=survey), "invitation").pk)


def mailed(mailing: int) -> None:
    """Print the mailing's state, and how many mails it has in which state."""
    from surveys.mailing import counts_of
    from surveys.models import Mailing

    found = Mailing.objects.get(pk=mailing)
    print(json.dumps({"state": found.state, **counts_of(found)}))


def visitors(managers: int, programs: int) -> None:
    """Sign managers of the initiative in and make tokens; print the sessions and the tokens."""
    from django.conf import settings
    from django.test import Client

    from bpm_influence.accounts.models import ApiToken, User
    from initiatives.models import Initiative

    initiative, sessions = Initiative.objects.get(slug="bench"), []
    for number in range(managers):
        user = User.objects.create_user(f"manager-{number}", role=User.Role.CHANGE_MANAGER)
        initiative.members.create(user=user)
        client = Client()
        client.force_login(user)
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    root = User.objects.create_user("root", role=User.Role.ADMINISTRATOR)
    tokens = [ApiToken.make(root, name=str(number), scope="write")[1] for number in range(programs)]
    print(json.dumps({"sessions": sessions, "api_tokens": tokens}))


def main() -> None:
    """Do what the first argument says with the numbers after it."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bpm_influence.settings"
    django.setup()
    deeds = (fill, stored, start_mailing, mailed, visitors)
    {deed.__name__: deed for deed in deeds}[sys.argv[1]](*map(int, sys.argv[2:]))


if __name__ == "__main__":
    main()
