"""Addresses of surveys: the desk below an initiative, the respondent's door below ``s/``."""

from django.urls import include, path

app_name = "surveys"
urlpatterns = [path("s/", include("surveys.door_urls"))]
