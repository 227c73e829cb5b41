"""Addresses of the pages on org charts."""

from django.urls import path

from orgchart import views

app_name = "orgchart"

urlpatterns = [
    path("org-charts/", views.chart_list, name="charts"),
    path("org-charts/upload/", views.upload, name="upload"),
    path("org-charts/compare/", views.compare, name="compare"),
    path("org-charts/forget-decisions/", views.forget_decisions, name="forget_decisions"),
    path("org-charts/<int:pk>/", views.chart, name="chart"),
    path("org-charts/<int:pk>/columns/", views.columns, name="columns"),
    path("org-charts/<int:pk>/decide/", views.decide, name="decide"),
    path("org-charts/<int:pk>/faults.xlsx", views.faults_xlsx, name="faults_xlsx"),
    path("org-charts/<int:pk>/activate/", views.activate, name="activate"),
    path("org-charts/<int:pk>/tree/", views.tree, name="tree"),
    path("org-charts/<int:pk>/tree/find/", views.find, name="find"),
    path("org-charts/<int:pk>/tree/<int:position>/", views.reports, name="reports"),
    path("org-charts/<int:pk>/departments/", views.overview, name="overview"),
    path("org-charts/<int:pk>/departments.json", views.overview_data, name="overview_data"),
    path("people/search/", views.person_search, name="person_search"),
]
