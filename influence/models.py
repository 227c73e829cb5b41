"""Who leads, who moves: ties, analyses with their scores, and the champion plan."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.adoption.models import AdoptionSeries, AdoptionStudy  # noqa: F401
from influence.eventlogs.models import CollaborationNotice, EventLog, LogResource, ResourceAlias  # noqa: F401
from initiatives.models import Initiative, Relation
from orgchart.models import OrgChart, Person


class TieSet(models.Model):
    """What one label brought into an initiative: a file, a survey, an event log or an API call."""

    class Origin(models.TextChoices):
        SURVEY = "survey", "Survey"
        UPLOAD = "upload", "Upload"
        EVENT_LOG = "event_log", "Event log"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="tie_sets")
    label = models.CharField(max_length=255)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    loaded_at = models.DateTimeField(auto_now=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ties_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "label"], name="label_once_per_initiative"),
            models.CheckConstraint(
                condition=Q(origin__in=["survey", "upload", "event_log"]), name="tie_set_origin_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Tie(models.Model):
    """One person naming another (source names target); influence flows from target to source."""

    tie_set = models.ForeignKey(TieSet, on_delete=models.CASCADE, related_name="ties", db_index=False)
    source = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties_given")
    target = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties_received")
    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="ties", db_index=False)
    strength = models.FloatField()
    count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tie_set", "relation", "source", "target"], name="tie_once"),
            models.CheckConstraint(condition=Q(strength__gt=0, strength__lte=1), name="strength_in_0_1"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_tie_to_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} names {self.target_id} ({self.relation_id})"


class TieUpload(models.Model):
    """One file of ties sent by a page and read by a job. Its ties count once ``tie_set`` is set.

    The file is kept until it has been loaded, so that a reading that failed can be repeated.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="tie_uploads")
    label = models.CharField(max_length=255)
    file_name = models.CharField(max_length=255)
    stored_file = models.FileField(upload_to="ties/", blank=True, max_length=300)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="tie_upload"
    )
    tie_set = models.OneToOneField(
        TieSet, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    report = models.JSONField(default=dict, help_text="Counts and the first faults of the last reading.")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("influence:tie_upload", args=[self.initiative.slug, self.pk])

    @property
    def state(self) -> str:
        """How far it is: queued, running, done, failed or cancelled."""
        if self.tie_set_id:
            return "done"
        return self.job.state if self.job else "failed"

    @property
    def is_kept(self) -> bool:
        """Whether the file is still there to be read."""
        return bool(self.stored_file) and self.stored_file.storage.exists(self.stored_file.name)


@receiver(post_delete, sender=TieUpload)
def delete_stored_file(sender, instance: TieUpload, **kwargs) -> None:
    """An upload that goes takes its file along."""
    if instance.stored_file:
        instance.stored_file.delete(save=False)


class RecipeLine(models.Model):
    """What one relation counts in one initiative; a relation without a line counts as it does everywhere."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="recipe_lines")
    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="+")
    layer = models.CharField(max_length=10, choices=Relation.Layer.choices)
    weight = models.FloatField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["relation__name"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "relation"], name="relation_once_per_recipe"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="recipe_weight_not_negative"),
            models.CheckConstraint(
                condition=Q(layer__in=["influence", "leadership"]), name="recipe_layer_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation}: {self.weight:g}"


class AnalysisQuerySet(models.QuerySet):
    def visible_to(self, user) -> AnalysisQuerySet:
        return self.filter(initiative__in=Initiative.objects.visible_to(user))

    def finished(self) -> AnalysisQuerySet:
        return self.filter(finished_at__isnull=False)


class Analysis(models.Model):
    """One run over one network. Its results are there exactly when ``finished_at`` is set."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="analyses")
    chart = models.ForeignKey(OrgChart, on_delete=models.PROTECT, related_name="analyses")
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="analysis")
    parameters = models.JSONField(default=dict)
    recipe = models.JSONField(
        default=list, help_text="The relations as they were: name, layer, weight, flow."
    )
    versions = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, blank=True)
    people_count = models.PositiveIntegerField(default=0)
    erased_count = models.PositiveIntegerField(default=0, help_text="People erased since it finished.")
    ties_count = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    results = models.JSONField(default=dict, help_text="Curve, parts by department, first followers, notes.")
    samples = models.FileField(upload_to="samples", blank=True, max_length=255)
    picture = models.FileField(
        upload_to="pictures", blank=True, max_length=255, help_text="The network as it was, with its layout."
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "analyses"
        indexes = [models.Index(fields=["initiative", "-finished_at"])]

    def __str__(self) -> str:
        return f"Analysis {self.pk} of {self.initiative}"

    def get_absolute_url(self) -> str:
        return reverse("influence:analysis", args=[self.initiative.slug, self.pk])

    @property
    def state(self) -> str:
        if self.finished_at:
            return "done"
        return self.job.state if self.job else "failed"


class Group(models.TextChoices):
    LEADING_INFLUENCER = "leading_influencer", "Leading influencers"
    LEADER_WITHOUT_REACH = "leader_without_reach", "Leaders without reach"
    HIDDEN_INFLUENCER = "hidden_influencer", "Hidden influencers"
    AUDIENCE = "audience", "Audience"


class Corner(models.TextChoices):
    MANAGES_AND_LEADS = "manages_and_leads", "Manages and leads"
    MANAGES_WITHOUT_LEADING = "manages_without_leading", "Manages without leading"
    LEADS_WITHOUT_MANAGING = "leads_without_managing", "Leads without managing"
    NEITHER = "neither", "Neither"


class Score(models.Model):
    """One person's figures in one analysis; percentiles 0 to 100, spheres in people, null where undefined."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="scores")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="scores")
    place = models.PositiveIntegerField(default=0, help_text="The person's number in the kept samples.")
    name = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    department = models.CharField(max_length=300, blank=True)
    location = models.CharField(max_length=300, blank=True)
    level = models.PositiveIntegerField()
    span = models.PositiveIntegerField()
    headcount = models.PositiveIntegerField()
    positional_authority = models.FloatField()
    exercised_leadership = models.FloatField(null=True)
    leadership = models.FloatField()
    influence = models.FloatField()
    group = models.CharField(max_length=24, choices=Group.choices)
    corner = models.CharField(max_length=24, choices=Corner.choices, blank=True)
    in_degree = models.PositiveIntegerField()
    pagerank = models.FloatField()
    authority = models.FloatField()
    betweenness = models.FloatField()
    harmonic = models.FloatField()
    core = models.PositiveIntegerField()
    constraint = models.FloatField(null=True)
    effective_size = models.FloatField(null=True)
    ei_index = models.FloatField(null=True)
    community = models.PositiveIntegerField()
    sphere = models.FloatField()
    sphere_se = models.FloatField()
    sphere_outside_line = models.FloatField()
    sphere_outside_department = models.FloatField(null=True)
    leadership_rank = models.PositiveIntegerField()
    leadership_rank_low = models.PositiveIntegerField(null=True)
    leadership_rank_high = models.PositiveIntegerField(null=True)
    influence_rank = models.PositiveIntegerField()
    influence_rank_low = models.PositiveIntegerField(null=True)
    influence_rank_high = models.PositiveIntegerField(null=True)
    group_confidence = models.FloatField(null=True)
    exercised_own_reports = models.FloatField(null=True)
    exercised_elsewhere = models.FloatField(null=True)
    own_reports_share = models.FloatField(null=True)
    by_leadership_only = models.FloatField()
    by_influence_only = models.FloatField()
    by_either = models.FloatField()
    only_together = models.FloatField()
    not_reached = models.FloatField()

    class Meta:
        ordering = ["influence_rank", "person__employee_id"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "person"], name="one_score_per_person_and_analysis"),
            models.CheckConstraint(
                condition=Q(leadership__gte=0, leadership__lte=100, influence__gte=0, influence__lte=100),
                name="percentiles_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(
                    positional_authority__gte=0,
                    positional_authority__lte=100,
                )
                & (
                    Q(exercised_leadership__isnull=True)
                    | Q(exercised_leadership__gte=0, exercised_leadership__lte=100)
                ),
                name="leadership_percentiles_0_to_100",
            ),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="group_is_known"),
            models.CheckConstraint(condition=Q(corner__in=["", *Corner.values]), name="corner_is_known"),
            models.CheckConstraint(
                condition=Q(level__gte=1, leadership_rank__gte=1, influence_rank__gte=1),
                name="ranks_and_level_from_one",
            ),
        ]
        indexes = [
            models.Index(fields=["analysis", "influence_rank"]),
            models.Index(fields=["analysis", "leadership_rank"]),
            models.Index(fields=["analysis", "group"]),
            models.Index(fields=["analysis", "department"]),
        ]

    def __str__(self) -> str:
        return f"{self.name}: leadership {self.leadership:.0f}, influence {self.influence:.0f}"


class ChosenChampion(models.Model):
    """One person of an analysis's champion set, in the order chosen."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="champions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField()
    marginal_reach = models.FloatField()
    cumulative_reach = models.FloatField()
    confidence = models.FloatField(null=True)
    follows = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    follows_probability = models.FloatField(null=True)
    sphere_by_department = models.JSONField(default=dict)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "person"], name="chosen_once"),
            models.UniqueConstraint(fields=["analysis", "rank"], name="champion_rank_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="champion_rank_from_one"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="champion_confidence_0_to_1",
            ),
            models.CheckConstraint(
                condition=Q(follows_probability__isnull=True)
                | Q(follows_probability__gte=0, follows_probability__lte=1),
                name="follows_probability_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.person}"


class ChampionTerms(models.Model):
    """What the change manager asks of an initiative's champions beyond their number."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="champion_terms")
    fixed = models.ManyToManyField(Person, related_name="+", blank=True)
    excluded = models.ManyToManyField(Person, related_name="+", blank=True)
    limits = models.JSONField(
        default=dict, blank=True, help_text="By department: at least, at most (null for no upper limit)."
    )

    class Meta:
        verbose_name_plural = "champion terms"

    def __str__(self) -> str:
        return f"Champion terms of {self.initiative}"


class PlannedChampion(models.Model):
    """One line of the champion plan that the change manager keeps for an initiative."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        ACTIVE = "active", "Active"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="champion_plan")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    analysis = models.ForeignKey(
        Analysis,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The analysis whose champion set brought this person; empty if added by hand.",
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replacements",
        help_text="Who declined and had this place before.",
    )
    rank = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "person"], name="planned_once"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "asked", "agreed", "declined", "active"]),
                name="plan_state_known",
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="plan_rank_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_state_display()})"


class PlanStep(models.Model):
    """What happened with one planned champion on a day: a new state, a note, or both."""

    entry = models.ForeignKey(PlannedChampion, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=PlannedChampion.State.choices)
    date = models.DateField()
    note = models.CharField(max_length=1000, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "asked", "agreed", "declined", "active"]),
                name="plan_step_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry.person}: {self.get_state_display()}, {self.date:%Y-%m-%d}"


class PlanSettings(models.Model):
    """What the change manager sets for the champions beside their terms: how many, and what time allows."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="plan_settings")
    count = models.PositiveIntegerField(null=True, blank=True)
    managers_too = models.BooleanField(default=False)
    days_each = models.FloatField(null=True, blank=True)
    days_in_all = models.FloatField(null=True, blank=True)
    is_held_back = models.BooleanField(
        default=False, help_text="The champions are not shown until the sponsors have written down theirs."
    )

    class Meta:
        verbose_name_plural = "plan settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(days_each__isnull=True) | Q(days_each__gt=0), name="champion_days_positive"
            ),
            models.CheckConstraint(
                condition=Q(days_in_all__isnull=True) | Q(days_in_all__gt=0), name="budget_days_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"Settings for the champions of {self.initiative}"


class ToldSet(models.Model):
    """People whose totals were told under *scores only*: of no set much like theirs are any told after."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="told_sets")
    people = models.JSONField(help_text="Primary keys.")
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.people)} people, told {self.told_at:%Y-%m-%d}"


class PersonListQuerySet(models.QuerySet):
    def visible_to(self, user) -> PersonListQuerySet:
        """The lists of the initiatives that the user may know of; of selections one's own alone."""
        visible = self.filter(initiative__in=Initiative.objects.visible_to(user))
        return visible.exclude(~Q(created_by=user), kind=PersonList.Kind.SELECTION)


class PersonList(models.Model):
    """People put together by hand: a set on the map, a list with a name, or whom a sponsor would pick."""

    class Kind(models.TextChoices):
        SELECTION = "selection", "Selection"
        LIST = "list", "List"
        PICKS = "picks", "Picks"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="person_lists")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100, help_text="Of picks: whose they are.")
    people = models.ManyToManyField(Person, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonListQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "kind", "name"],
                condition=~Q(kind="selection"),
                name="list_name_once_per_initiative",
            ),
            models.UniqueConstraint(
                fields=["initiative", "created_by"],
                condition=Q(kind="selection"),
                name="one_selection_per_user",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["selection", "list", "picks"]), name="list_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
