"""Who names whom: surveys, their questions, personal links, and what people answered."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from bpm_influence.jobs.models import Job
from initiatives.models import Initiative, Relation
from orgchart.models import Person

TOKEN_BYTES = 24  # 192 random bits, 32 characters in a link
LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"))


FROZEN_STATES = ("open", "closed")
PROMISED = frozenset(
    {"confidentiality", "low_groups", "reuse_allowed", "notice", "notice_version", "purpose", "initiative"}
)


def english_only() -> list[str]:
    return ["en"]


class SurveyFrozen(ValueError):
    """Somebody wanted to change what respondents were promised or asked."""

    def __init__(self):
        super().__init__(
            "This survey has been opened: its questions and its confidentiality stay as people were told. "
            "Make a copy and change that."
        )


class SurveyQuerySet(models.QuerySet):
    def update(self, **values) -> int:
        """Change rows, but never the promise of a survey that was opened."""
        if PROMISED.intersection(values) and self.frozen().exists():
            raise SurveyFrozen
        return super().update(**values)

    def frozen(self) -> SurveyQuerySet:
        """Surveys whose questions and promise cannot change any more."""
        return self.filter(state__in=FROZEN_STATES)

    def visible_to(self, user) -> SurveyQuerySet:
        """The surveys of the initiatives that the user may know of."""
        return self.filter(initiative__in=Initiative.objects.visible_to(user))

    def counting(self) -> SurveyQuerySet:
        """Surveys whose answers count: what a pilot brings in is thrown away."""
        return self.filter(state__in=FROZEN_STATES)

    def counted_in(self, initiative: Initiative) -> SurveyQuerySet:
        """Surveys whose names are the initiative's ties: its own opened ones, and earlier ones they reuse.

        An earlier survey counts only where its notice allowed that.
        """
        own = self.counting().filter(initiative=initiative)
        reused = self.counting().filter(reuse_allowed=True, reused_by__in=own)
        return self.filter(Q(pk__in=own.values("pk")) | Q(pk__in=reused.values("pk")))


class Survey(models.Model):
    """One questionnaire for the people of an initiative, with the promise under which they answer.

    draft -> pilot -> open -> closed (and open again when extended); the pilot may be left out. From
    the opening on, neither questions nor promise change. Texts for respondents are kept per language:
    ``{"en": ..., "de": ...}``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PILOT = "pilot", "Pilot"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Confidentiality(models.TextChoices):
        NAMED_NETWORK = "named_network", "Named network: members see who named whom"
        SCORES_ONLY = "scores_only", "Scores only: nobody sees who named whom"

    class LowGroups(models.TextChoices):
        NAMES = "names", "By name"
        COUNTS = "counts", "As counts"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="surveys")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    confidentiality = models.CharField(
        max_length=20, choices=Confidentiality, default=Confidentiality.SCORES_ONLY
    )
    low_groups = models.CharField(
        max_length=10,
        choices=LowGroups,
        default=LowGroups.COUNTS,
        help_text="How leaders without reach and audience are shown.",
    )
    reuse_allowed = models.BooleanField(
        default=False, help_text="Whether a later initiative may use the nominations; the notice says so."
    )
    reuses = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reused_by",
        help_text="The earlier survey whose nominations count here too.",
    )
    pulse_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="pulses",
        help_text="The survey whose people this short one asks again, over the same links.",
    )
    languages = models.JSONField(default=english_only, help_text="Codes, the default first.")
    purpose = models.JSONField(default=dict, blank=True, help_text="What it is for, per language.")
    contact = models.CharField(max_length=300, blank=True, help_text="Whom respondents may ask.")
    notice = models.JSONField(
        default=dict, blank=True, help_text="The paragraphs shown before any question, kept at the opening."
    )
    notice_version = models.CharField(max_length=40, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    people_version = models.PositiveIntegerField(
        default=0, help_text="Raised whenever somebody joins or leaves the survey's people."
    )
    is_demonstration = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "pilot", "open", "closed"]), name="survey_state_known"
            ),
            models.CheckConstraint(
                condition=Q(confidentiality__in=["named_network", "scores_only"]),
                name="survey_confidentiality_known",
            ),
            models.CheckConstraint(
                condition=Q(low_groups__in=["names", "counts"]), name="survey_low_groups_known"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(notice_version=""), name="survey_answered_under_a_notice"
            ),
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(state="open"), name="one_open_survey_per_initiative"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        """Refuse to change the promise once the survey was opened."""
        kept = Survey.objects.frozen().filter(pk=self.pk).values(*PROMISED).first() if self.pk else None
        if kept and any(kept[name] != getattr(self, _column(name)) for name in PROMISED):
            raise SurveyFrozen
        super().save(*args, **kwargs)

    @property
    def is_frozen(self) -> bool:
        """Whether questions and promise are fixed."""
        return self.state in FROZEN_STATES

    @property
    def takes_answers(self) -> bool:
        """Whether a link leads to the questions now."""
        now = timezone.now()
        if self.state == self.State.PILOT:
            return True
        return (
            self.state == self.State.OPEN
            and (self.opens_at is None or self.opens_at <= now)
            and (self.closes_at is None or now < self.closes_at)
        )

    @property
    def is_over(self) -> bool:
        """Whether it was open once and takes no answers any more."""
        if self.state == self.State.CLOSED:
            return True
        return (
            self.state == self.State.OPEN and self.closes_at is not None and self.closes_at <= timezone.now()
        )

    @property
    def is_planned(self) -> bool:
        """Whether it opens by itself when its time comes."""
        return self.state == self.State.DRAFT and self.pulse_of_id is not None and self.opens_at is not None

    @property
    def asks_for_names(self) -> bool:
        """Whether it brings nominations; a pulse does not."""
        return self.questions.filter(kind=Question.Kind.NAMES).exists()

    @property
    def names_are_secret(self) -> bool:
        """Whether nobody may see who named whom."""
        return self.confidentiality == self.Confidentiality.SCORES_ONLY

    @property
    def stages_are_named(self) -> bool:
        """Whether single people's stages may be shown: where everybody may be named."""
        return not self.names_are_secret and self.low_groups == self.LowGroups.NAMES

    def people_changed(self) -> None:
        """Let every process read the survey's people anew."""
        Survey.objects.filter(pk=self.pk).update(people_version=F("people_version") + 1)

    def in_language(self, texts: dict[str, str], language: str) -> str:
        """The text in the language, else in the survey's first one, else in any there is."""
        return texts.get(language) or texts.get(self.languages[0]) or next(iter(texts.values()), "")


def _column(name: str) -> str:
    return "initiative_id" if name == "initiative" else name


class QuestionQuerySet(models.QuerySet):
    """Questions of a survey that was opened can neither be added, changed nor taken away."""

    def update(self, **values) -> int:
        """Change questions that nobody has been asked yet."""
        self._check()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Take questions away that nobody has been asked yet."""
        self._check()
        return super().delete()

    def bulk_create(self, questions, *args, **kwargs):
        """Add questions to surveys that are not open yet."""
        questions = list(questions)
        if Survey.objects.frozen().filter(pk__in={question.survey_id for question in questions}).exists():
            raise SurveyFrozen
        return super().bulk_create(questions, *args, **kwargs)

    def _check(self) -> None:
        if self.filter(survey__state__in=FROZEN_STATES).exists():
            raise SurveyFrozen


class Question(models.Model):
    """One question; those of kind ``names`` bring nominations of one relation."""

    class Kind(models.TextChoices):
        NAMES = "names", "Names of people"
        RATING = "rating", "Rating"
        CHOICE = "choice", "Single choice"
        STAGE = "stage", "Stage of change"
        TEXT = "text", "Free text"

    class MayName(models.TextChoices):
        EVERYONE = "everyone", "Everyone in the survey"
        OWN_DEPARTMENT = "own_department", "One's own department"
        OTHER_DEPARTMENTS = "other_departments", "Other departments"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    relation = models.ForeignKey(
        Relation, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    text = models.JSONField(default=dict, help_text="The wording, per language.")
    help = models.JSONField(default=dict, blank=True, help_text="A line below it, per language.")
    options = models.JSONField(
        default=list, blank=True, help_text='Of a single choice: [{"value": "a", "text": {"en": ...}}].'
    )
    limit = models.PositiveSmallIntegerField(
        default=10, help_text="Soft: how many names are asked for; then how many more there would be."
    )
    scale = models.JSONField(
        default=list,
        blank=True,
        help_text='Steps of a rating or of a strength: [{"value": 1, "text": {"en": ...}}]; empty: none.',
    )
    may_name = models.CharField(max_length=20, choices=MayName, default=MayName.EVERYONE)
    write_ins = models.BooleanField(default=True, help_text="Whether people not on the chart may be written.")
    required = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True, help_text="Where the wording comes from.")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "order"], name="question_order_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["names", "rating", "choice", "stage", "text"]),
                name="question_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="names", relation__isnull=False)
                | (~Q(kind="names") & Q(relation__isnull=True)),
                name="names_and_only_names_have_a_relation",
            ),
            models.CheckConstraint(
                condition=Q(may_name__in=["everyone", "own_department", "other_departments"]),
                name="question_may_name_known",
            ),
            models.CheckConstraint(condition=Q(limit__gte=1), name="question_limit_from_one"),
        ]

    def __str__(self) -> str:
        return self.survey.in_language(self.text, "en")

    def save(self, *args, **kwargs) -> None:
        """Refuse to change or add a question once the survey was opened."""
        self._check()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """Refuse to take a question away once the survey was opened."""
        self._check()
        return super().delete(*args, **kwargs)

    def _check(self) -> None:
        if Survey.objects.frozen().filter(pk=self.survey_id).exists():
            raise SurveyFrozen

    @property
    def largest_strength(self) -> float | None:
        """The end of the scale; None where no scale was set."""
        return max((step["value"] for step in self.scale), default=None)


class InvitationQuerySet(models.QuerySet):
    def expected(self) -> InvitationQuerySet:
        """Those who count in a response rate: everybody asked who has not left."""
        return self.exclude(state=Invitation.State.LEFT)

    def answered(self) -> InvitationQuerySet:
        """Those of whom at least one answer is kept."""
        return self.filter(answered_at__isnull=False)

    def nameable(self) -> InvitationQuerySet:
        """Those whom others may name."""
        return self.exclude(state__in=[Invitation.State.LEFT, Invitation.State.OBJECTED])

    def not_done(self) -> InvitationQuerySet:
        """Those whom a reminder may reach."""
        return self.filter(state__in=[Invitation.State.INVITED, Invitation.State.BEGUN])


class Invitation(models.Model):
    """One person asked in one survey. Who they are is said by their links alone."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        BEGUN = "begun", "Begun"
        SUBMITTED = "submitted", "Submitted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        OBJECTED = "objected", "Objected"
        LEFT = "left", "Left"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    department = models.CharField(max_length=300, blank=True, help_text="As it was when invited.")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    mails_sent = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="The first answer that is kept.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    misdirected_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody said that a link is not theirs."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "person"], name="invited_once"),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "begun", "submitted", "withdrawn", "objected", "left"]),
                name="invitation_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "objected"]) | Q(answered_at__isnull=True),
                name="withdrawn_answers_are_gone",
            ),
        ]
        indexes = [models.Index(fields=["survey", "department"]), models.Index(fields=["survey", "state"])]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    def make_token(self, purpose: str = "") -> str:
        """Make one more link for this person; earlier ones stay valid. Its secret is nowhere else."""
        return InvitationToken.make(self, purpose)[1]


class InvitationTokenQuerySet(models.QuerySet):
    def of_secret(self, secret: str) -> InvitationToken | None:
        """The row of a link, revoked or not."""
        return (
            self.select_related("invitation__survey__initiative", "invitation__person")
            .filter(digest=digest_of(secret))
            .first()
        )

    def revoke(self) -> int:
        """Shut these doors for good."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class InvitationToken(models.Model):
    """A personal link, of which only the digest is kept."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(max_length=20, blank=True, help_text="mail, reminder, list or card.")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last began with it.")

    objects = InvitationTokenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Link {self.pk}"

    @classmethod
    def make(cls, invitation: Invitation, purpose: str = "") -> tuple[InvitationToken, str]:
        """The stored row of a new link and its secret, which is nowhere else."""
        row, secret = cls.prepare(invitation, purpose)
        row.save()
        return row, secret

    @classmethod
    def prepare(cls, invitation: Invitation, purpose: str = "") -> tuple[InvitationToken, str]:
        """A row that is not saved yet (so that many can be saved at once), and the secret of its link."""
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        return cls(invitation=invitation, digest=digest_of(secret), purpose=purpose), secret


class Consent(models.Model):
    """That the notice was read before the first answer: which version, in which language, when."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="consents")
    notice_version = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(withdrawn_at__isnull=True), name="one_consent_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(notice_version=""), name="consent_names_its_notice"),
        ]

    def __str__(self) -> str:
        return f"Notice {self.notice_version}, {self.given_at:%Y-%m-%d}"


class Answer(models.Model):
    """What one person said to one question; ``value`` for all kinds but names.

    A rating is its step from 1, a choice its option's value, a stage its order (0: none yet).
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    value = models.JSONField(null=True, blank=True)
    more = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many more they would have named."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "question"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class NominationQuerySet(models.QuerySet):
    def counted_in(self, initiative: Initiative) -> NominationQuerySet:
        """What the answers of an initiative's surveys say, objectors left out on both sides."""
        objected = Objection.objects.filter(initiative=initiative)
        return self.filter(
            ~Exists(objected.filter(person=OuterRef("answer__invitation__person"))),
            ~Exists(objected.filter(person=OuterRef("target"))),
            answer__question__survey__in=Survey.objects.counted_in(initiative),
            target__isnull=False,
        )


class Nomination(models.Model):
    """One name in an answer: a person of the survey, or somebody written in who is not on the chart."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="nominations")
    target = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="nominations_received"
    )
    written_in = models.CharField(max_length=200, blank=True)
    strength = models.FloatField(null=True, blank=True, help_text="As given, on the question's scale.")

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "target"], name="nobody_named_twice"),
            models.CheckConstraint(
                condition=Q(target__isnull=False, written_in="")
                | (Q(target__isnull=True) & ~Q(written_in="")),
                name="nomination_names_a_person_or_writes_one_in",
            ),
            models.CheckConstraint(
                condition=Q(strength__isnull=True) | Q(strength__gt=0), name="nomination_strength_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"Nomination {self.pk}"


class ObjectionQuerySet(models.QuerySet):
    def people(self, initiative: Initiative) -> QuerySet[Person]:
        """Who is left out of every source of the initiative's ties."""
        return Person.objects.filter(objections__initiative=initiative)


class Objection(models.Model):
    """A person who takes no part in an initiative's network: neither as respondent nor as a name."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="objections")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="objections")
    survey = models.ForeignKey(Survey, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "person"], name="objects_once_per_initiative")
        ]

    def __str__(self) -> str:
        return f"Objection {self.pk}"


class KeptPromise(models.Model):
    """What a survey that was deleted had promised: figures made of its answers stay under it."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="kept_promises")
    survey_title = models.CharField(max_length=200)
    confidentiality = models.CharField(max_length=20, choices=Survey.Confidentiality)
    low_groups = models.CharField(max_length=10, choices=Survey.LowGroups)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidentiality__in=["named_network", "scores_only"]),
                name="kept_confidentiality_known",
            ),
            models.CheckConstraint(
                condition=Q(low_groups__in=["names", "counts"]), name="kept_low_groups_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Promise of “{self.survey_title}”"

    @property
    def names_are_secret(self) -> bool:
        """Whether nobody may see who named whom."""
        return self.confidentiality == Survey.Confidentiality.SCORES_ONLY


class Mailing(models.Model):
    """One round of mails of a survey: the invitation, or a reminder, now or at a planned time."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        RUNNING = "running", "being sent"
        DONE = "done", "sent"
        CANCELLED = "cancelled", "cancelled"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    due_at = models.DateTimeField(default=timezone.now)
    words = models.TextField(blank=True, help_text="A paragraph of one's own above the link.")
    most_named = models.PositiveIntegerField(
        null=True, blank=True, help_text="Only so many silent people, those whom most others name."
    )
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["invitation", "reminder"]), name="mailing_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "running", "done", "cancelled"]), name="mailing_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class MailItem(models.Model):
    """One mail of a mailing. Whoever sends it claims the row first, so that nobody gets it twice.

    waiting -> sending -> handing_over -> sent | refused. ``sending`` is taken back when the worker
    died: the server has not got the mail whole. ``handing_over`` is written right before the last
    bytes go out; a worker that dies then leaves a doubt of microseconds, which counts as ``doubtful``
    and is never sent again by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENDING = "sending", "being sent"
        HANDING_OVER = "handing_over", "being handed over"
        SENT = "sent", "sent"
        REFUSED = "refused", "refused"
        DOUBTFUL = "doubtful", "in doubt"
        DROPPED = "dropped", "not needed any more"

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="items")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="mail_items")
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    owner = models.CharField(max_length=120, blank=True, help_text="The run of the job that has claimed it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, help_text="What the server said against it.")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "invitation"], name="one_mail_per_mailing"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "sending", "handing_over", "sent", "refused", "doubtful", "dropped"]
                ),
                name="mail_item_state_known",
            ),
        ]
        indexes = [models.Index(fields=["mailing", "state"])]

    def __str__(self) -> str:
        return f"Mail {self.pk}"


class LinkExport(models.Model):
    """That somebody took personal links out: who, when, how many, in which form."""

    class Form(models.TextChoices):
        LIST = "list", "List for a mail merge"
        CARDS = "cards", "Cards to print"
        COMMAND = "command", "Command"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="link_exports")
    form = models.CharField(max_length=10, choices=Form)
    links = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["list", "cards", "command"]), name="link_export_form_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.links} links, {self.made_at:%Y-%m-%d}"


def digest_of(secret: str) -> str:
    """What is stored of a link's secret. Its random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
