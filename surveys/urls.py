"""Addresses of surveys: the desk below an initiative, the respondent's door below ``s/``."""

from django.urls import include, path

from surveys import views

app_name = "surveys"
DESK = "initiatives/<slug:slug>/surveys/"
ONE = f"{DESK}<int:pk>/"
urlpatterns = [
    path("s/", include("surveys.door_urls")),
    path(DESK, views.surveys, name="surveys"),
    path(f"{DESK}new/", views.new, name="new"),
    path(ONE, views.survey, name="survey"),
    path(f"{ONE}settings/", views.settings, name="settings"),
    path(f"{ONE}questions/new/<slug:kind>/", views.new_question, name="new_question"),
    path(f"{ONE}questions/ready/", views.ready_question, name="ready_question"),
    path(f"{ONE}questions/<int:question_id>/", views.question, name="question"),
    path(f"{ONE}preview/", views.preview, name="preview"),
    path(f"{ONE}open/", views.open_survey, name="open"),
    path(f"{ONE}mailings/", views.send_mails, name="send_mails"),
    path(f"{ONE}mailings/<int:mailing_id>/", views.change_mailing, name="change_mailing"),
    path(f"{ONE}mails/", views.mails, name="mails"),
    path(f"{ONE}links/", views.links, name="links"),
    path(f"{ONE}cards/", views.cards, name="cards"),
    path(f"{ONE}visibility/", views.visibility, name="visibility"),
    path(f"{ONE}do/<slug:action>/", views.act, name="act"),
]
