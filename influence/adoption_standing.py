"""How far everybody has come, for pages that are not about adoption."""

from __future__ import annotations

from influence.adoption.models import AdoptionStudy
from influence.adoption.timeline import chosen_series, standing
from initiatives.models import Initiative


def adoption_standing(initiative: Initiative) -> list[dict[str, str]]:
    """The share that has come as far as each stage; empty where nothing is recorded."""
    study = AdoptionStudy.objects.filter(initiative=initiative).select_related("initiative").first()
    return standing(study, chosen_series(study, "")) if study else []
