"""Who signs in, with which role, and with which tokens."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bpm_influence.accounts.reach import names_of

TOKEN_BYTES = 32


class UserQuerySet(models.QuerySet):
    """Which accounts somebody may see."""

    def visible_to(self, user):
        """Return the accounts that the user may see: an administrator all, everybody else their own."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_administrator else self.filter(pk=user.pk)


class Users(UserManager.from_queryset(UserQuerySet)):
    """Django's manager; whoever is made a superuser administers."""

    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **fields):
        """Make an administrator."""
        return super().create_superuser(
            username, email, password, **{"role": User.Role.ADMINISTRATOR} | fields
        )


class User(AbstractUser):
    """Somebody who signs in. `scim_id` is the identity that a directory gives them, where one does."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", "Administrator"
        HR = "hr", "HR"
        CHANGE_MANAGER = "change_manager", "Change manager"
        VIEWER = "viewer", "Viewer"
        AUDITOR = "auditor", "Auditor"

    role = models.CharField(max_length=20, choices=Role, default=Role.VIEWER)
    is_demonstration = models.BooleanField(default=False, help_text="May sign in on the machine itself only.")
    scim_id = models.CharField(max_length=254, blank=True)

    objects = Users()
    # The initiatives that whoever came in by a token is limited to; None: nothing is limited.
    limited_to = None

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["administrator", "hr", "change_manager", "viewer", "auditor"]),
                name="accounts_role_known",
            ),
            models.UniqueConstraint(
                fields=["scim_id"], condition=~Q(scim_id=""), name="accounts_scim_id_unique"
            ),
        ]

    @property
    def is_administrator(self):
        """Whether the user administers the installation."""
        return self.role == self.Role.ADMINISTRATOR and self.limited_to is None

    @property
    def can_manage_charts(self):
        """Whether the user uploads and activates org charts."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.HR} and self.limited_to is None

    @property
    def can_see_people(self):
        """Whether the user may look through the org chart and search for anybody on it."""
        charts_for = {self.Role.ADMINISTRATOR, self.Role.HR, self.Role.CHANGE_MANAGER}
        return self.role in charts_for and self.limited_to is None

    @property
    def can_manage_initiatives(self):
        """Whether the user changes the initiatives that they are a member of."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.CHANGE_MANAGER}

    @property
    def can_create_initiatives(self):
        """Whether the user makes initiatives; a token that is limited to some makes no others."""
        return self.can_manage_initiatives and self.limited_to is None

    @property
    def sees_every_initiative(self):
        """Whether initiatives are visible without membership; the auditor sees their settings alone."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.AUDITOR}

    @property
    def can_see_scores(self):
        """Whether the user sees the results of the initiatives visible to them."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.CHANGE_MANAGER, self.Role.VIEWER}

    @property
    def can_see_ties(self):
        """Whether the user sees who named whom, where the survey's promise allows it at all."""
        return self.can_manage_initiatives

    @property
    def can_see_audit_log(self):
        """Whether the user sees who did what: the data protection officer's and the administrator's work."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.AUDITOR} and self.limited_to is None

    @property
    def shown_name(self):
        """How pages call the user."""
        return self.get_full_name() or self.username


class ApiTokenQuerySet(models.QuerySet):
    """Which tokens somebody may see, and which still open the door."""

    def visible_to(self, user):
        """Return the user's own tokens: nobody needs those of others."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def valid(self):
        """Return the tokens that are neither expired nor revoked."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A key to the API with its user's rights. Only its digest is kept, so it is shown once."""

    class Scope(models.TextChoices):
        READ = "read", "Read only"
        WRITE = "write", "Read and write"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField(max_length=8, editable=False, help_text="By which its owner recognises it.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    initiatives = models.JSONField(
        default=list,
        blank=True,
        help_text="Keys of the initiatives it is limited to; empty: all of its user's.",
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=["read", "write"]), name="accounts_scope_known"),
        ]

    def __str__(self):
        return f"{self.name} ({self.beginning}...)"

    @classmethod
    def make(cls, user, *, name, scope=Scope.READ, expires_at=None, initiatives=()):
        """Make a token; return the row and the secret, which is nowhere else."""
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        row = cls.objects.create(
            user=user,
            name=name,
            scope=scope,
            expires_at=expires_at,
            initiatives=sorted(initiatives),
            digest=digest_of(secret),
            beginning=secret[:6],
        )
        return row, secret

    @property
    def is_valid(self):
        """Whether the token still opens the door."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def may_write(self):
        """Whether the token may change something."""
        return self.scope == self.Scope.WRITE

    @property
    def bearer(self):
        """The token's user, limited as the token is."""
        self.user.limited_to = frozenset(self.initiatives) or None
        return self.user

    @property
    def initiative_names(self):
        """What the token is limited to, in words; empty where it is not, or where nothing of it is left."""
        return names_of(self.user, self.initiatives)

    def revoke(self):
        """Shut the door for this token, for good."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])


class AuditQuerySet(models.QuerySet):
    """Who may look into the log."""

    def visible_to(self, user):
        """Return all of it to administrators and auditors, nothing to anybody else."""
        return self if user.is_authenticated and user.can_see_audit_log else self.none()


class AuditEntry(models.Model):
    """Somebody did something to an object, or looked at personal results. Holds ids, never names or contents.

    Rows are only ever added. On PostgreSQL the database itself refuses to change or delete one, but for
    the removal of those that are past their retention time.
    """

    class Door(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"
        ADMIN = "admin", "Administration"
        COMMAND = "command", "Command"

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.CharField(max_length=160, help_text="The username; of a command, who ran it.")
    door = models.CharField(max_length=10, choices=Door)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=300, blank=True, help_text="Keys and ids of what it was done to.")
    status = models.PositiveSmallIntegerField(help_text="The answer's HTTP status, or a command's exit code.")
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(door__in=["page", "api", "admin", "command"]), name="audit_door_known"
            )
        ]
        indexes = [
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action} {self.subject}"


def digest_of(secret):
    """Return what is stored of a token. Its 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
