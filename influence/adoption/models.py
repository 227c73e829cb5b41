"""What was counted and estimated from an initiative's adoption events, kept so that pages only read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from initiatives.models import AdoptionPeriod, Initiative


class AdoptionStudy(models.Model):
    """Everything that follows from an initiative's adoption events, replaced whole when they change.

    People are kept by primary key, so that whoever is erased is gone from here too.
    """

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="adoption_study")
    analysis = models.ForeignKey(
        "influence.Analysis",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The analysis whose groups, leaders and champions it uses; empty before there is one.",
    )
    version = models.PositiveIntegerField(help_text="The initiative's adoption version that was read.")
    seed = models.BigIntegerField(default=1)
    period = models.CharField(max_length=10, choices=AdoptionPeriod)
    first_period = models.IntegerField(help_text="The number of the first period; see network/periods.py.")
    periods_count = models.PositiveIntegerField()
    stage = models.PositiveSmallIntegerField(help_text="The stage looked at closely, by its order.")
    events_count = models.PositiveIntegerField()
    people_count = models.PositiveIntegerField(help_text="People in scope.")
    evidence = models.JSONField(default=list, help_text="Per stage with events: the hazard model's terms.")
    rates = models.JSONField(default=dict, help_text="The rates that fit what happened.")
    band = models.JSONField(default=dict, help_text="What the model with these rates expects per period.")
    spread = models.JSONField(default=dict, help_text="First adopters, observed followers, adopters alone.")
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "adoption studies"
        constraints = [
            models.CheckConstraint(condition=Q(period__in=AdoptionPeriod.values), name="study_period_known")
        ]

    def __str__(self) -> str:
        return f"Adoption in {self.initiative}"

    @cached_property
    def stage_names(self) -> list[str]:
        """The stages by their present names, in order."""
        return list(self.initiative.stages.values_list("name", flat=True))


class AdoptionSeries(models.Model):
    """How many of a group stood at least at each stage at the end of each period."""

    class Kind(models.TextChoices):
        EVERYBODY = "everybody", "Everybody"
        DEPARTMENT = "department", "Department"
        LEVEL = "level", "Level"
        GROUP = "group", "Group"

    study = models.ForeignKey(AdoptionStudy, on_delete=models.CASCADE, related_name="series")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=300, blank=True)
    people = models.PositiveIntegerField()
    counts = models.JSONField(help_text="One list per stage, from the first, with one number per period.")
    now = models.JSONField(help_text="The last number of each of these lists.")
    last_move = models.IntegerField(
        null=True, help_text="Periods since somebody came further; null: nobody ever did."
    )
    is_stalled = models.BooleanField(default=False)
    next_step = models.JSONField(
        default=dict, help_text="Of a department that stalls: who reaches it most through those there."
    )

    class Meta:
        ordering = ["kind", "name"]
        verbose_name_plural = "adoption series"
        constraints = [
            models.UniqueConstraint(fields=["study", "kind", "name"], name="adoption_series_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["everybody", "department", "level", "group"]),
                name="adoption_series_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
