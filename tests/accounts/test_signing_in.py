import json
import stat

import pytest
from django.conf import settings
from django.urls import reverse

from bpm_influence.accounts.demonstration import (
    demonstration_logins,
    make_demonstration_user,
    remove_demonstration_users,
)
from bpm_influence.accounts.locality import client_address
from bpm_influence.accounts.models import User
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(db):
    user, password = make_demonstration_user("demo-manager", User.Role.CHANGE_MANAGER)
    yield {"username": user.username, "password": password}
    remove_demonstration_users()


def sign_in(client, user, password, **request):
    return client.post("/sign-in/", {"username": user, "password": password, "next": "/jobs/"}, **request)


def test_sign_in_with_the_right_password(client, viewer):
    answer = sign_in(client, "viewer", "password of viewer")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/jobs/")


def test_sign_in_says_how_to_make_the_first_user_until_there_is_one(client, db):
    address = reverse("sign_in")
    assert "create_user NAME" in client.get(address).content.decode()
    make_user("ada")
    assert "create_user NAME" not in client.get(address).content.decode()


def test_sign_in_with_a_wrong_password_says_so(client, viewer):
    answer = sign_in(client, "viewer", "wrong")

    assert answer.status_code == 200
    assert "do not belong together" in answer.content.decode()


def test_many_wrong_passwords_lock_the_name_for_that_address(client, viewer, settings):
    answers = [sign_in(client, "viewer", f"wrong {n}") for n in range(settings.AXES_FAILURE_LIMIT)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert answers[-1].headers["Retry-After"] == "900"
    assert sign_in(client, "viewer", "password of viewer").status_code == 429
    assert sign_in(client, "viewer", "password of viewer", REMOTE_ADDR="10.1.1.9").status_code == 302


def test_right_password_forgets_the_wrong_ones(client, viewer, settings):
    for _ in range(2):
        for n in range(settings.AXES_FAILURE_LIMIT - 1):
            assert sign_in(client, "viewer", f"wrong {n}").status_code == 200
        assert sign_in(client, "viewer", "password of viewer").status_code == 302
        client.logout()


@pytest.mark.parametrize(("https", "address"), [(False, "127.0.0.1"), (True, "10.2.2.2")])
def test_address_is_what_the_own_proxy_saw(rf, settings, https, address):
    settings.HTTPS = https
    assert client_address(rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.2.2.2"})) == address


def test_sign_in_leads_nowhere_outside(client, viewer):
    form = {"username": "viewer", "password": "password of viewer", "next": "https://example.org/"}

    assert client.post("/sign-in/", form).headers["Location"] == "/"


def test_page_without_sign_in_leads_to_the_form(client):
    assert client.get("/jobs/").headers["Location"] == "/sign-in/?next=/jobs/"


def test_sign_out_ends_the_session(client, viewer):
    client.force_login(viewer)
    client.post("/sign-out/")

    assert client.get("/jobs/").status_code == 302


@pytest.mark.parametrize(
    ("request_fields", "welcome"),
    [
        ({"HTTP_HOST": "localhost:8000"}, True),
        ({"HTTP_HOST": "127.0.0.1:8000"}, True),
        ({"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}, True),
        ({"HTTP_HOST": "localhost", "REMOTE_ADDR": "10.0.0.7"}, False),
        ({"HTTP_HOST": "influence.example.org"}, False),
        ({"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
    ],
)
def test_demonstration_login_works_on_the_machine_itself_only(client, demonstration, request_fields, welcome):
    answer = sign_in(client, demonstration["username"], demonstration["password"], **request_fields)

    assert (answer.status_code == 302) == welcome


def test_demonstration_token_works_on_the_machine_itself_only(client, api, demonstration):
    headers = api(User.objects.get(username="demo-manager"))

    assert client.get("/api/v1/nothing/", headers=headers).status_code == 404
    answer = client.get(
        "/api/v1/initiatives/", headers=headers, REMOTE_ADDR="10.0.0.7", HTTP_HOST="localhost"
    )
    assert answer.status_code == 401


def test_demonstration_passwords_are_kept_for_their_owner_alone(demonstration):
    path = settings.DATA_DIR / "demonstration-logins.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"demo-manager": demonstration["password"]}
    assert demonstration_logins() == [("demo-manager", demonstration["password"], "Change manager")]


def test_demonstration_user_made_again_keeps_the_password(demonstration):
    _, again = make_demonstration_user("demo-manager", User.Role.VIEWER)

    assert again == demonstration["password"]


def test_demonstration_never_takes_over_a_real_account():
    make_user("maria")

    with pytest.raises(ValueError, match="is no demonstration login"):
        make_demonstration_user("maria", User.Role.VIEWER)


def test_password_of_a_demonstration_login_stays(client, demonstration):
    client.force_login(User.objects.get(username="demo-manager"))

    assert client.get("/account/password/").headers["Location"] == "/account/"


def test_password_change_asks_for_the_old_one(client, viewer):
    client.force_login(viewer)
    form = {
        "old_password": "password of viewer",
        "new_password1": "quite another 1",
        "new_password2": "quite another 1",
    }

    assert client.post("/account/password/", form).status_code == 302
    viewer.refresh_from_db()
    assert viewer.check_password("quite another 1")


def test_passwords_are_kept_with_argon2():
    from bpm_influence.settings import PASSWORD_HASHERS

    assert PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
