"""Ties, analyses and results over REST."""

from django.urls import path

from influence.api.adoption import AdoptionLoading, EvidenceView
from influence.api.analyses import AnalysisDetail, AnalysisList
from influence.api.event_logs import EventLogDetail, EventLogList
from influence.api.results import ChampionList, NetworkView, ScoreList, SummaryView
from influence.api.ties import TieLoading

BASE = "initiatives/<slug:slug>/"
urlpatterns = [
    path(f"{BASE}ties/", TieLoading.as_view(), name="ties"),
    path(f"{BASE}adoption/", AdoptionLoading.as_view(), name="adoption"),
    path(f"{BASE}evidence/", EvidenceView.as_view(), name="evidence"),
    path(f"{BASE}event-logs/", EventLogList.as_view(), name="event_logs"),
    path(f"{BASE}event-logs/<int:id>/", EventLogDetail.as_view(), name="event_log"),
    path(f"{BASE}analyses/", AnalysisList.as_view(), name="analyses"),
    path(f"{BASE}analyses/<int:id>/", AnalysisDetail.as_view(), name="analysis"),
    path(f"{BASE}summary/", SummaryView.as_view(), name="summary"),
    path(f"{BASE}scores/", ScoreList.as_view(), name="scores"),
    path(f"{BASE}champions/", ChampionList.as_view(), name="champions"),
    path(f"{BASE}network/", NetworkView.as_view(), name="network"),
]
