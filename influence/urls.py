"""Addresses of results, ties and analyses."""

from django.urls import path

from influence import demonstration_views
from influence.views import (
    adoption,
    adoption_entries,
    champions,
    data,
    glossary,
    leaders,
    lists,
    maps,
    people,
    privacy,
    results,
)

app_name = "influence"
INITIATIVE = "initiatives/<slug:slug>/"
urlpatterns = [
    path("personal-data/", privacy.people, name="privacy"),
    path("personal-data/<path:employee_id>/export/", privacy.export, name="export_person"),
    path("personal-data/<path:employee_id>/erase/", privacy.erase, name="erase_person"),
    path("demonstration/remove/", demonstration_views.remove, name="demo_remove"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/<slug:key>/", glossary.term, name="term"),
    path("methods/", glossary.methods, name="methods"),
    path(INITIATIVE, results.overview, name="overview"),
    path(f"{INITIATIVE}parts/<slug:name>/", results.part, name="part"),
    path(f"{INITIATIVE}map/", maps.people_map, name="map"),
    path(f"{INITIATIVE}map.json", maps.map_points, name="map_data"),
    path(f"{INITIATIVE}find/", maps.find, name="find"),
    path(f"{INITIATIVE}people/", people.people, name="people"),
    path(f"{INITIATIVE}people/<path:employee_id>/", people.person, name="person"),
    path(f"{INITIATIVE}people.csv", people.people_file, {"kind": "csv"}, name="people_csv"),
    path(f"{INITIATIVE}people.xlsx", people.people_file, {"kind": "xlsx"}, name="people_xlsx"),
    path(f"{INITIATIVE}lists/", lists.lists, name="lists"),
    path(f"{INITIATIVE}lists/<int:pk>/delete/", lists.delete_list, name="delete_list"),
    path(f"{INITIATIVE}leaders/", leaders.leaders, name="leaders"),
    path(f"{INITIATIVE}champions/", champions.champions, name="champions"),
    path(f"{INITIATIVE}champions.csv", champions.champions_csv, name="champions_csv"),
    path(f"{INITIATIVE}champions/plan/", champions.begin_plan, name="begin_plan"),
    path(f"{INITIATIVE}champions/plan/give-up/", champions.give_plan_up, name="give_plan_up"),
    path(f"{INITIATIVE}champions/<int:pk>/", champions.change_state, name="change_state"),
    path(f"{INITIATIVE}adoption/", adoption.adoption, name="adoption"),
    path(f"{INITIATIVE}adoption/followers/", adoption.followers, name="adoption_followers"),
    path(f"{INITIATIVE}adoption/evidence/", adoption.evidence, name="adoption_evidence"),
    path(f"{INITIATIVE}adoption/counting/", adoption.counting, name="adoption_counting"),
    path(f"{INITIATIVE}adoption/count/", adoption.count_again, name="adoption_count"),
    path(f"{INITIATIVE}adoption/period/", adoption.change_period, name="adoption_period"),
    path(f"{INITIATIVE}adoption/entries/", adoption_entries.entries, name="adoption_entries"),
    path(f"{INITIATIVE}adoption/entries/load/", adoption_entries.load, name="adoption_load"),
    path(f"{INITIATIVE}adoption/entries/label/", adoption_entries.withdraw, name="adoption_withdraw"),
    path(f"{INITIATIVE}adoption/entries/<int:pk>/", adoption_entries.correct, name="adoption_correct"),
    path(f"{INITIATIVE}data/", data.data, name="data"),
    path(f"{INITIATIVE}data/<int:pk>/delete/", data.delete_ties, name="delete_ties"),
    path(f"{INITIATIVE}analyses/", data.analyses, name="analyses"),
    path(f"{INITIATIVE}analyses/<int:pk>/", data.analysis, name="analysis"),
    path(f"{INITIATIVE}analyses/<int:pk>/retry/", data.retry_analysis, name="retry_analysis"),
    path(f"{INITIATIVE}analyses/<int:pk>/cancel/", data.cancel_analysis, name="cancel_analysis"),
]
