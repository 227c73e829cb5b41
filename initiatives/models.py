"""What is being adopted: an initiative, the people it touches, and who holds a role in it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from orgchart.models import OrgChart, Person, Position

DEFAULT_STAGES = ("awareness", "willingness", "ability", "adoption", "reinforcement")


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, user) -> InitiativeQuerySet:
        """All for administrators; else those one is a member of. The auditor sees settings, not scores.

        A token may be limited to some of them.
        """
        visible = self if user.sees_every_initiative else self.filter(members__user=user)
        return visible if user.limited_to is None else visible.filter(pk__in=user.limited_to)


class AdoptionPeriod(models.TextChoices):
    WEEK = "week", "Weeks"
    MONTH = "month", "Months"
    QUARTER = "quarter", "Quarters"
    YEAR = "year", "Years"


class Initiative(models.Model):
    """One BPM change: processes, goal, dates, scope, roles, members, stages, cut."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    processes = models.JSONField(default=list, blank=True, help_text="Names of the processes that change.")
    goal = models.TextField(blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    cut = models.FloatField(
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text="From this percentile on, a leadership or influence score counts as high.",
    )
    adoption_period = models.CharField(
        max_length=10,
        blank=True,
        choices=AdoptionPeriod,
        help_text="In which steps adoption is looked at; empty: it follows from the dates' spacing.",
    )
    adoption_version = models.PositiveIntegerField(
        default=0, help_text="Raised by every change that adoption is to be counted anew for."
    )
    is_demonstration = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(cut__gt=0, cut__lt=100), name="cut_between_0_and_100"),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=models.F("start")),
                name="initiative_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(adoption_period__in=["", "week", "month", "quarter", "year"]),
                name="adoption_period_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("influence:overview", args=[self.slug])

    def positions(self, chart: OrgChart | None = None) -> models.QuerySet[Position]:
        """The scope: positions of the chart (default: the current one) that the initiative touches."""
        chart = chart or OrgChart.objects.current()
        if chart is None:
            return Position.objects.none()
        rules = list(self.scope_rules.all())
        positions = Position.objects.filter(chart=chart)
        if not rules:
            return positions
        condition = Q(person__initiative_roles__initiative=self)
        for rule in rules:
            condition |= rule.condition(chart)
        return positions.filter(pk__in=positions.filter(condition).values("pk"))

    def committed_leaders(self) -> models.QuerySet[Person]:
        """The holders of a role; empty where nobody holds one."""
        return Person.objects.filter(initiative_roles__initiative=self).distinct()


class ScopeRule(models.Model):
    """One part of a scope: a department with its sub-units, a person with everyone below, or one person."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        BELOW = "below", "A person and everyone below"
        PERSON = "person", "One person"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="scope_rules")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    department = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["kind", "department", "person_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "department"],
                condition=Q(kind="department"),
                name="scope_department_once",
            ),
            models.UniqueConstraint(
                fields=["initiative", "kind", "person"],
                condition=~Q(kind="department"),
                name="scope_person_once",
            ),
            models.CheckConstraint(
                condition=(Q(kind="department", person__isnull=True) & ~Q(department=""))
                | (Q(kind__in=["below", "person"], person__isnull=False, department="")),
                name="scope_rule_names_department_or_person",
            ),
        ]

    def __str__(self) -> str:
        return self.department or f"{self.get_kind_display()}: {self.person}"

    def condition(self, chart: OrgChart) -> Q:
        """The rule as a filter on positions of ``chart``."""
        if self.kind == self.Kind.DEPARTMENT:
            return Q(department=self.department) | Q(department__startswith=f"{self.department} / ")
        if self.kind == self.Kind.PERSON:
            return Q(person=self.person_id)
        head = Position.objects.filter(chart=chart, person=self.person_id).first()
        return Q(lft__gte=head.lft, lft__lte=head.rgt) if head else Q(pk__in=[])


class Role(models.Model):
    """What someone has been given in an initiative; holders are the committed leaders."""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor", "Sponsor"
        PROCESS_OWNER = "process_owner", "Process owner"
        PROJECT_LEAD = "project_lead", "Project lead"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="roles")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="initiative_roles")
    role = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        ordering = ["role", "person__name"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "person", "role"], name="role_once_per_person"),
            models.CheckConstraint(
                condition=Q(role__in=["sponsor", "process_owner", "project_lead"]), name="role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"


class Membership(models.Model):
    """A user who works on an initiative or may see its results; what they may do follows from their role."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["initiative", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.initiative}"


class Stage(models.Model):
    """One step of adoption; ordered, with a name that an initiative may change."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "order"], name="stage_order_once"),
            models.UniqueConstraint(fields=["initiative", "name"], name="stage_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Relation(models.Model):
    """What a tie means: the layer it belongs to, its weight, and which way it moves people."""

    class Layer(models.TextChoices):
        INFLUENCE = "influence", "Influence"
        LEADERSHIP = "leadership", "Leadership"

    class Flow(models.TextChoices):
        TO_SOURCE = "to_source", "Who is named moves who names"
        BOTH = "both", "Contact: each can move the other"

    name = models.CharField(max_length=60, unique=True)
    layer = models.CharField(max_length=10, choices=Layer.choices, default=Layer.INFLUENCE)
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0)])
    flow = models.CharField(max_length=10, choices=Flow.choices, default=Flow.TO_SOURCE)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=0), name="relation_weight_not_negative"),
            models.CheckConstraint(
                condition=Q(layer__in=["influence", "leadership"]), name="relation_layer_known"
            ),
            models.CheckConstraint(condition=Q(flow__in=["to_source", "both"]), name="relation_flow_known"),
        ]

    def __str__(self) -> str:
        return self.name


class AdoptionEventQuerySet(models.QuerySet):
    def standing(self) -> AdoptionEventQuerySet:
        """The events that count: neither corrected nor replaced."""
        return self.filter(withdrawn_at__isnull=True)


class AdoptionEvent(models.Model):
    """A person reached a stage or fell back to one on a day; corrections withdraw rows, never change them."""

    class Origin(models.TextChoices):
        FILE = "file", "File"
        API = "api", "API"
        HAND = "hand", "By hand"
        SURVEY = "survey", "Survey"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="adoption_events")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="adoption_events")
    stage = models.ForeignKey(Stage, on_delete=models.RESTRICT, related_name="events")
    date = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    label = models.CharField(max_length=255, help_text="What brought it: a file, a survey, a request.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections"
    )

    objects = AdoptionEventQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "label", "person", "stage", "date"],
                condition=Q(withdrawn_at__isnull=True),
                name="adoption_event_once_per_label",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["file", "api", "hand", "survey"]), name="adoption_origin_known"
            ),
        ]
        indexes = [models.Index(fields=["initiative", "date"]), models.Index(fields=["initiative", "label"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.stage}, {self.date:%Y-%m-%d}"
