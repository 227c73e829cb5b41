import pytest
from django.core.management import CommandError, call_command

from bpm_influence.accounts.models import ApiToken, User, digest_of
from initiatives.editing import create_initiative

pytestmark = pytest.mark.django_db


def test_create_user_makes_somebody_who_can_sign_in(client):
    call_command("create_user", "maria", "--role", "hr", "--password", "long enough for us")

    user = User.objects.get()
    assert (user.username, user.role, user.is_staff) == ("maria", "hr", False)
    form = {"username": "maria", "password": "long enough for us"}
    assert client.post("/sign-in/", form).status_code == 302


def test_create_user_administrator_may_use_the_admin_site():
    call_command("create_user", "root", "--role", "administrator", "--password", "long enough for us")

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [
        ("viewer", "long enough for us", "A user with that username already exists."),
        ("new", "short", "This password is too short. It must contain at least 10 characters."),
    ],
)
def test_create_user_with_what_cannot_be_says_so(viewer, username, password, sentence):
    with pytest.raises(CommandError) as refusal:
        call_command("create_user", username, "--role", "viewer", "--password", password)

    assert str(refusal.value) == sentence
    assert User.objects.count() == 1


def test_create_token_prints_the_token_alone_on_the_last_line(viewer, capsys):
    call_command("create_token", "viewer")

    token = ApiToken.objects.get()
    assert token.digest == digest_of(capsys.readouterr().out.splitlines()[-1])
    assert (token.user, token.scope, token.expires_at) == (viewer, "write", None)


def test_create_token_for_nobody_says_so(db):
    with pytest.raises(CommandError, match=r"There is no active user 'nobody'\. Make one with create_user."):
        call_command("create_token", "nobody")


def test_create_token_limits_it_to_initiatives(change_manager, capsys):
    invoices = create_initiative(slug="invoices", name="Invoices", created_by=change_manager)
    call_command("create_token", "change_manager", "--initiative", "invoices")

    assert ApiToken.objects.get().initiatives == [invoices.pk]


def test_create_token_for_an_initiative_that_is_not_seen_says_so(viewer):
    with pytest.raises(CommandError, match=r"viewer sees no initiative 'invoices'; write the slug of one\."):
        call_command("create_token", "viewer", "--initiative", "invoices")
