"""Addresses of initiatives."""

from django.urls import path

from initiatives import views

app_name = "initiatives"
urlpatterns = [
    path("", views.initiative_list, name="list"),
    path("scope-count/", views.scope_count, name="scope_count"),
    path("initiatives/new/", views.new, name="new"),
    path("initiatives/<slug:slug>/settings/", views.settings, name="settings"),
    path("initiatives/<slug:slug>/delete/", views.delete, name="delete"),
]
