"""People, and the immutable versions of the formal hierarchy they stand in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from orgchart.faults import TITLES
from orgchart.naming import search_form


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user) -> PersonQuerySet:
        """Everyone, for people who work with charts or initiatives; nobody for the auditor."""
        return self if user.can_see_people else self.none()


class Person(models.Model):
    """A stable identity that outlives charts; ``employee_id`` is compared exactly."""

    employee_id = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=320, blank=True)
    search_name = models.CharField(max_length=700, editable=False, db_index=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "employee_id"]
        verbose_name_plural = "people"
        constraints = [models.CheckConstraint(condition=~Q(employee_id=""), name="employee_id_given")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Keep the searchable form of the name in step with the name."""
        self.search_name = search_form(self.name)
        super().save(*args, **kwargs)


class OrgChartQuerySet(models.QuerySet):
    def visible_to(self, user) -> OrgChartQuerySet:
        if user.can_manage_charts:
            return self
        return self.filter(activated_at__isnull=False) if user.can_see_people else self.none()

    def current(self) -> OrgChart | None:
        return self.filter(is_current=True).first()


class OrgChart(models.Model):
    """One immutable version of the formal hierarchy, valid from ``as_of``; one is current.

    An upload is a chart from its first moment: ``queued`` and ``running`` while the file is
    read, then ``done`` (it may be activated) or ``failed`` (``faults`` says why).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "waiting to be read"
        RUNNING = "running", "being read"
        DONE = "done", "read"
        FAILED = "failed", "refused"

    state = models.CharField(max_length=10, choices=State, default=State.DONE)
    as_of = models.DateField()
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=False)
    is_demonstration = models.BooleanField(default=False)
    people_count = models.PositiveIntegerField(default=0)
    tops_count = models.PositiveIntegerField(default=0)
    max_level = models.PositiveIntegerField(default=0)
    stored_file = models.FileField(upload_to="org-charts/", blank=True, max_length=300)
    mapping = models.JSONField(default=dict, blank=True, help_text="Columns named by hand, by field.")
    policies = models.JSONField(default=dict, blank=True, help_text="What was decided about known faults.")
    found = models.JSONField(
        default=dict, blank=True, help_text="Encoding, delimiter, sheet, header, columns."
    )
    faults = models.JSONField(default=dict, blank=True, help_text="The first errors and warnings.")
    fault_counts = models.JSONField(
        default=dict, blank=True, help_text="How many of each kind there are in all."
    )
    changes = models.JSONField(
        default=dict, blank=True, help_text="Counts against the chart current at reading."
    )
    kept_columns = models.JSONField(
        default=list, blank=True, help_text="Columns beyond the fields that the uploader ticked."
    )
    replaced = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="The chart that this one took the place of.",
    )  # fmt: skip

    objects = OrgChartQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_org_chart"
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(activated_at__isnull=False),
                name="current_chart_was_activated",
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(state="done"), name="current_chart_was_read"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed"]), name="org_chart_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} as of {self.as_of:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("orgchart:chart", args=[self.pk])

    @property
    def can_be_activated(self) -> bool:
        """Whether the file was read without errors and the chart is not current already."""
        return self.state == self.State.DONE and not self.is_current

    @property
    def is_unread(self) -> bool:
        """Whether the file is still waiting or being read."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def standing(self) -> str:
        """What the chart is now, in a word or two."""
        if self.is_current:
            return "current"
        if self.state != self.State.DONE:
            return self.get_state_display()
        return "former" if self.activated_at else "ready to activate"

    @property
    def kinds_of_fault(self) -> list[dict]:
        """Every kind found with its title and number, errors first."""
        return [
            {"kind": kind, "title": TITLES[kind], "count": count, "is_error": severity == "errors"}
            for severity in ("errors", "warnings")
            for kind, count in self.fault_counts.get(severity, {}).items()
        ]


class PositionQuerySet(models.QuerySet):
    def visible_to(self, user) -> PositionQuerySet:
        """The positions of the charts that the user may see."""
        return self.filter(chart__in=OrgChart.objects.visible_to(user))

    def above(self, chart_id: int, person_id: int) -> PositionQuerySet:
        """The managers above a person on a chart, from the top down, without having read the position."""
        own = Position.objects.filter(chart=chart_id, person=person_id).values("lft")[:1]
        lft = models.Subquery(own)
        return self.filter(chart=chart_id, lft__lt=lft, rgt__gte=lft).order_by("lft")


class Position(models.Model):
    """A person's place in one chart.

    ``level`` is 1 at the top; ``span`` counts direct reports, ``headcount`` everyone
    below without oneself. ``lft`` is the preorder number from 0 (children by
    employee_id), ``rgt`` the largest ``lft`` below, so that "below X" is the range
    ``X.lft < lft <= X.rgt``.
    """

    chart = models.ForeignKey(OrgChart, on_delete=models.CASCADE, related_name="positions", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="positions")
    manager = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dotted_manager = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=320, blank=True)
    title = models.CharField(max_length=300, blank=True)
    department = models.CharField(max_length=300, blank=True)
    location = models.CharField(max_length=300, blank=True)
    extra = models.JSONField(default=dict, blank=True, help_text="Values of the kept columns.")
    start_date = models.DateField(null=True, blank=True)
    level = models.PositiveIntegerField()
    span = models.PositiveIntegerField(default=0)
    headcount = models.PositiveIntegerField(default=0)
    lft = models.PositiveIntegerField()
    rgt = models.PositiveIntegerField()

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["lft"]
        constraints = [
            models.UniqueConstraint(fields=["chart", "person"], name="one_position_per_person_and_chart"),
            models.UniqueConstraint(fields=["chart", "lft"], name="one_position_per_preorder_number"),
            models.CheckConstraint(
                condition=Q(rgt=F("lft") + F("headcount")), name="interval_holds_headcount"
            ),
            models.CheckConstraint(condition=Q(level__gte=1), name="level_from_one"),
            models.CheckConstraint(condition=Q(span__lte=F("headcount")), name="reports_are_below"),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("person")), name="nobody_manages_themselves"
            ),
        ]
        indexes = [models.Index(fields=["chart", "department"]), models.Index(fields=["chart", "manager"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}" if self.title else self.name

    def below(self) -> models.QuerySet[Position]:
        """Everyone below this position in the same chart, without oneself."""
        return Position.objects.filter(chart=self.chart_id, lft__gt=self.lft, lft__lte=self.rgt)

    def above(self) -> models.QuerySet[Position]:
        """The managers above this position, from the top down."""
        return Position.objects.filter(chart=self.chart_id, lft__lt=self.lft, rgt__gte=self.lft)


class RememberedMapping(models.Model):
    """The columns chosen by hand for files with one header, for the next file that has it."""

    header_hash = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=dict)
    kept = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return ", ".join(f"{field} = {column}" for field, column in self.mapping.items())


class RememberedDecision(models.Model):
    """What was decided about one person's known fault, so that it does not block a month again."""

    employee_id = models.CharField(max_length=200)
    value = models.CharField(max_length=300, help_text="The faulty value that was decided about.")
    decision = models.CharField(max_length=210, help_text="top, drop, former, to:ID, first, last or dotted.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee_id", "value"], name="one_decision_per_fault"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.decision}"
