"""Logs of the work itself: what was sent, how it is read, and who its resources are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse

from bpm_influence.jobs.models import Job
from initiatives.models import Initiative
from orgchart.faults import TITLES
from orgchart.models import Person

LONGEST_RESOURCE = 300


class EventLogQuerySet(models.QuerySet):
    def visible_to(self, user) -> EventLogQuerySet:
        return self.filter(initiative__in=Initiative.objects.visible_to(user))


class EventLog(models.Model):
    """One file of events or of interactions. Its ties count once ``tie_set`` is set.

    A file sent under a label that is there already is a row of its own until it has been read; it
    then takes the place of the earlier one.
    """

    class Kind(models.TextChoices):
        PROCESS = "process", "Event log"
        COLLABORATION = "collaboration", "Collaboration"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="event_logs")
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.PROCESS)
    label = models.CharField(max_length=255)
    file_name = models.CharField(max_length=255)
    stored_file = models.FileField(upload_to="event-logs/", blank=True, max_length=300)
    options = models.JSONField(default=dict, help_text="Relations, window, activities, zone, columns.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="event_log"
    )
    tie_set = models.OneToOneField(
        "influence.TieSet", null=True, blank=True, on_delete=models.CASCADE, related_name="event_log"
    )
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was last read without errors.")
    events_count = models.PositiveIntegerField(default=0)
    cases_count = models.PositiveIntegerField(default=0)
    people_count = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict, help_text="Format, header, columns, activities, period.")
    figures = models.JSONField(default=dict, help_text="Handovers inside and across lines and departments.")
    matrices = models.FileField(upload_to="event-logs/", blank=True, max_length=300)
    faults = models.JSONField(default=dict, help_text="The first errors and warnings of the last reading.")
    fault_counts = models.JSONField(default=dict, help_text="How many of each kind there are in all.")

    objects = EventLogQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["process", "collaboration"]), name="event_log_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(tie_set__isnull=True) | Q(read_at__isnull=False), name="counted_log_was_read"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("influence:event_log", args=[self.initiative.slug, self.pk])

    @property
    def state(self) -> str:
        """How far the last reading is: queued, running, done, failed or cancelled."""
        if self.job and (self.job.is_unfinished or self.job.state != Job.State.DONE):
            return self.job.state
        return "done" if self.read_at else "failed"

    @property
    def kinds_of_fault(self) -> list[dict]:
        """Every kind found with its title and number, errors first."""
        return [
            {"kind": kind, "title": TITLES[kind], "count": count, "is_error": severity == "errors"}
            for severity in ("errors", "warnings")
            for kind, count in self.fault_counts.get(severity, {}).items()
        ]


class LogResource(models.Model):
    """A name that a log gives to whoever did something, and who that is."""

    class Match(models.TextChoices):
        EMPLOYEE_ID = "employee_id", "by employee id"
        HAND = "hand", "by hand"
        EMAIL = "email", "by email"
        ACCOUNT = "account", "by account name"
        NAME = "name", "by full name"
        UNMATCHED = "unmatched", "nobody found"
        SYSTEM = "system", "a system"
        LEFT_OUT = "left_out", "left out by hand"
        OBJECTED = "objected", "objected"

    log = models.ForeignKey(EventLog, on_delete=models.CASCADE, related_name="resources")
    name = models.CharField(max_length=LONGEST_RESOURCE)
    events = models.PositiveIntegerField()
    match = models.CharField(max_length=12, choices=Match)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    proposals = models.JSONField(default=list, blank=True, help_text="Employee ids of whom it might be.")

    class Meta:
        ordering = ["-events", "name"]
        constraints = [
            models.UniqueConstraint(fields=["log", "name"], name="resource_once_per_log"),
            models.CheckConstraint(
                condition=Q(
                    match__in=[
                        "employee_id", "hand", "email", "account", "name", "unmatched", "system", "left_out",
                        "objected",
                    ]
                ),
                name="resource_match_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class ResourceAlias(models.Model):
    """Who a resource is, decided by hand once for every log; nobody means that it is left out."""

    resource = models.CharField(max_length=LONGEST_RESOURCE, unique=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "resource aliases"

    def __str__(self) -> str:
        return self.resource


class CollaborationNotice(models.Model):
    """An administrator's word that collaboration may be read for an initiative, and what people are told."""

    initiative = models.OneToOneField(
        Initiative, on_delete=models.CASCADE, related_name="collaboration_notice"
    )
    text = models.TextField()
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    switched_on_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Collaboration notice of {self.initiative}"


@receiver(post_delete, sender=EventLog)
def delete_files(sender, instance: EventLog, **kwargs) -> None:
    """A log that goes takes its files along."""
    for file in (instance.stored_file, instance.matrices):
        if file:
            file.delete(save=False)
