"""The addresses of the respondent's door, below ``s/``."""

from django.urls import path

from surveys import door

urlpatterns = [
    path("<str:token>/", door.first, name="link"),
    path("<str:token>/begin/", door.begin, name="begin"),
    path("<str:token>/questions/", door.questions, name="questions"),
    path("<str:token>/people/", door.people, name="people"),
    path("<str:token>/picks/", door.picks, name="picks"),
    path("<str:token>/answers/<int:question_id>/", door.answer, name="answer"),
    path("<str:token>/submit/", door.submit, name="submit"),
    path("<str:token>/withdraw/", door.withdraw, name="withdraw"),
    path("<str:token>/object/", door.object_to_survey, name="object"),
    path("<str:token>/not-me/", door.not_me, name="not_me"),
    path("<str:token>/who-sees-what/", door.visibility, name="who_sees_what"),
]
