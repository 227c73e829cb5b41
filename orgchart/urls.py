"""Addresses of the pages on org charts."""

from django.urls import path

from orgchart import tree_views, views

app_name = "orgchart"

urlpatterns = [
    path("org-charts/", views.chart_list, name="charts"),
    path("org-charts/upload/", views.upload, name="upload"),
    path("org-charts/compare/", views.compare, name="compare"),
    path("org-charts/compare/changes.xlsx", views.changes_xlsx, name="changes_xlsx"),
    path("org-charts/decisions/", views.decisions, name="decisions"),
    path("org-charts/forget-decisions/", views.forget_decisions, name="forget_decisions"),
    path("org-charts/<int:pk>/", views.chart, name="chart"),
    path("org-charts/<int:pk>/columns/", views.columns, name="columns"),
    path("org-charts/<int:pk>/decide/", views.decide, name="decide"),
    path("org-charts/<int:pk>/faults.xlsx", views.faults_xlsx, name="faults_xlsx"),
    path("org-charts/<int:pk>/activate/", views.activate, name="activate"),
    path("org-charts/<int:pk>/initiatives/", views.touched, name="touched"),
    path("org-charts/<int:pk>/people.csv", tree_views.people_csv, name="people_csv"),
    path("org-charts/<int:pk>/tree/", tree_views.tree, name="tree"),
    path("org-charts/<int:pk>/tree/find/", tree_views.find, name="find"),
    path("org-charts/<int:pk>/tree/<int:position>/", tree_views.reports, name="reports"),
    path("org-charts/<int:pk>/departments/", tree_views.overview, name="overview"),
    path("org-charts/<int:pk>/departments.json", tree_views.overview_data, name="overview_data"),
    path("people/search/", tree_views.person_search, name="person_search"),
]
