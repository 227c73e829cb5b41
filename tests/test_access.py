"""Who may do what: one row per route and method, one status per role.

Every route of the URL conf needs a row (a test holds it): whoever adds a route adds what each role gets. The
routes are tried on a small world in which the change manager manages the initiative that the viewer is a
member of, and the job and the token belong to the administrator. A stranger to an object gets 404, a known
person without the right 403.
"""

import re
from datetime import date

import pytest
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLPattern
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from bpm_influence.accounts.models import ApiToken
from bpm_influence.audited import ROUTES
from bpm_influence.jobs.models import Job
from initiatives.editing import create_initiative
from orgchart.models import OrgChart, Person, Position
from surveys.editing import create_survey
from tests.conftest import make_user
from tests.jobs import kinds  # noqa: F401 - registers the kinds

CAST = ("nobody", "viewer", "auditor", "hr", "change_manager", "other_manager", "administrator")

# fmt: off
#                                                             nobody viewer auditor hr manager other admin.
TABLE = {
    "GET readyz":                                             (200, 200, 200, 200, 200, 200, 200),
    "GET metrics":                                            (404, 404, 404, 404, 404, 404, 200),
    "GET healthz":                                            (200, 200, 200, 200, 200, 200, 200),
    "GET api/v1/schema/":                                     (200, 200, 200, 200, 200, 200, 200),
    "GET api/v1/docs/":                                       (200, 200, 200, 200, 200, 200, 200),
    "GET api/v1/":                                            (404, 404, 404, 404, 404, 404, 404),
    "GET api/v1/<path:rest>":                                 (404, 404, 404, 404, 404, 404, 404),
    "GET sign-in/":                                           (200, 302, 302, 302, 302, 302, 302),
    "POST sign-out/":                                         (302, 302, 302, 302, 302, 302, 302),
    "GET account/":                                           (302, 200, 200, 200, 200, 200, 200),
    "GET account/password/":                                  (302, 200, 200, 200, 200, 200, 200),
    "POST account/tokens/":                                   (302, 422, 422, 422, 422, 422, 422),
    "POST account/tokens/<int:pk>/revoke/":                   (302, 404, 404, 404, 404, 404, 302),
    "GET account/sign-in/":                                   (200, 302, 302, 302, 302, 302, 302),
    "GET account/confirm/":                                   (302, 200, 200, 200, 200, 200, 200),
    "GET account/second-factor/":                             (302, 200, 200, 200, 200, 200, 200),
    "GET account/second-factor/authenticate/":                (302, 302, 302, 302, 302, 302, 302),
    "GET account/second-factor/reauthenticate/":              (302, 302, 302, 302, 302, 302, 302),
    "GET account/second-factor/totp/activate/":               (302, 302, 302, 302, 302, 302, 302),
    "GET account/second-factor/totp/deactivate/":             (302, 404, 404, 404, 404, 404, 404),
    "GET account/second-factor/recovery-codes/":              (302, 404, 404, 404, 404, 404, 404),
    "GET account/second-factor/recovery-codes/generate/":     (302, 302, 302, 302, 302, 302, 302),
    "GET account/second-factor/recovery-codes/download/":     (302, 404, 404, 404, 404, 404, 404),
    "GET account/sessions/":                                  (302, 200, 200, 200, 200, 200, 200),
    "GET sign-on/refused/":                                   (403, 403, 403, 403, 403, 403, 403),
    "GET sign-on/cancelled/":                                 (403, 403, 403, 403, 403, 403, 403),
    "GET sign-on/unfinished/":                                (403, 403, 403, 403, 403, 403, 403),
    # No provider is set up in this world; tests/accounts/test_sign_on.py has two.
    "GET sign-on/oidc/^(?P<provider_id>[^/]+)/login/": (404, 404, 404, 404, 404, 404, 404),
    "GET sign-on/oidc/^(?P<provider_id>[^/]+)/login/callback/": (404, 404, 404, 404, 404, 404, 404),
    "GET sign-on/^saml/(?P<organization_slug>[^/]+)/acs/": (302, 302, 302, 302, 302, 302, 302),
    "GET sign-on/^saml/(?P<organization_slug>[^/]+)/acs/finish/": (404, 404, 404, 404, 404, 404, 404),
    "GET sign-on/^saml/(?P<organization_slug>[^/]+)/sls/": (404, 404, 404, 404, 404, 404, 404),
    "GET sign-on/^saml/(?P<organization_slug>[^/]+)/metadata/": (404, 404, 404, 404, 404, 404, 404),
    "GET sign-on/^saml/(?P<organization_slug>[^/]+)/login/": (404, 404, 404, 404, 404, 404, 404),
    "GET audit-log/":                                         (302, 403, 200, 403, 403, 403, 200),
    "GET audit-log.csv":                                      (302, 403, 200, 403, 403, 403, 200),
    "GET jobs/":                                              (302, 200, 200, 200, 200, 200, 200),
    "GET jobs/<int:pk>/":                                     (302, 404, 404, 404, 404, 404, 200),
    "POST jobs/<int:pk>/cancel/":                             (302, 404, 404, 404, 404, 404, 302),
    "POST jobs/<int:pk>/retry/":                              (302, 404, 404, 404, 404, 404, 302),
    "GET ":                                                   (302, 200, 200, 200, 200, 200, 200),
    "GET api/v1/initiatives/":                                (401, 200, 200, 200, 200, 200, 200),
    "POST api/v1/initiatives/":                               (401, 403, 403, 403, 415, 415, 415),
    "GET api/v1/initiatives/<slug:slug>/":                    (401, 200, 200, 404, 200, 404, 200),
    "PATCH api/v1/initiatives/<slug:slug>/":                  (401, 403, 403, 404, 200, 404, 200),
    "POST api/v1/initiatives/<slug:slug>/adoption/":          (401, 403, 403, 404, 400, 404, 400),
    "GET api/v1/initiatives/<slug:slug>/evidence/":           (401, 200, 403, 404, 200, 404, 200),
    "GET api/v1/initiatives/<slug:slug>/analyses/":           (401, 200, 200, 404, 200, 404, 200),
    "POST api/v1/initiatives/<slug:slug>/analyses/":          (401, 403, 403, 404, 415, 404, 415),
    "GET api/v1/initiatives/<slug:slug>/analyses/<int:id>/":  (401, 404, 404, 404, 404, 404, 404),
    "GET api/v1/initiatives/<slug:slug>/champions/":          (401, 404, 403, 404, 404, 404, 404),
    "GET api/v1/initiatives/<slug:slug>/network/":            (401, 403, 403, 404, 200, 404, 200),
    "GET api/v1/initiatives/<slug:slug>/scores/":             (401, 404, 403, 404, 404, 404, 404),
    "GET api/v1/initiatives/<slug:slug>/summary/":            (401, 404, 403, 404, 404, 404, 404),
    "POST api/v1/initiatives/<slug:slug>/ties/":              (401, 403, 403, 404, 400, 404, 400),
    "GET api/v1/org-charts/":                                 (401, 403, 403, 200, 200, 200, 200),
    "POST api/v1/org-charts/":                                (401, 403, 403, 400, 403, 403, 400),
    "GET api/v1/org-charts/<int:id>/":                        (401, 403, 403, 200, 200, 200, 200),
    "POST api/v1/org-charts/<int:id>/activate/":              (401, 403, 403, 200, 403, 403, 200),
    "GET api/v1/people/":                                     (401, 403, 403, 200, 200, 200, 200),
    "GET personal-data/":                                     (302, 403, 403, 403, 403, 403, 200),
    "POST personal-data/<path:employee_id>/export/":          (302, 403, 403, 403, 403, 403, 200),
    "POST personal-data/<path:employee_id>/erase/":           (302, 403, 403, 403, 403, 403, 302),
    "POST demonstration/remove/":                             (302, 403, 403, 403, 403, 403, 302),
    "GET initiatives/<slug:slug>/":                           (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/analyses/<int:pk>/":         (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/analyses/":                  (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/analyses/":                 (302, 403, 403, 404, 422, 404, 422),
    "POST initiatives/<slug:slug>/analyses/<int:pk>/cancel/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/analyses/<int:pk>/retry/":  (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/adoption/":                  (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/adoption/followers/":        (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/adoption/evidence/":         (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/adoption/counting/":         (302, 200, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/adoption/count/":           (302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/adoption/period/":          (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/adoption/entries/":          (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/adoption/entries/":         (302, 403, 403, 404, 422, 404, 422),
    "POST initiatives/<slug:slug>/adoption/entries/load/":    (302, 403, 403, 404, 422, 404, 422),
    "POST initiatives/<slug:slug>/adoption/entries/label/":   (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/adoption/entries/<int:pk>/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/adoption/entries/<int:pk>/":(302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/data/":                      (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/data/":                     (302, 403, 403, 404, 422, 404, 422),
    "POST initiatives/<slug:slug>/data/<int:pk>/delete/":     (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/ties/<int:pk>/":            (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/ties/<int:pk>/again/":     (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/ties/<int:pk>/stop/":      (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/parts/<slug:name>/":        (302, 200, 403, 404, 200, 404, 200),
    "GET api/v1/initiatives/<slug:slug>/event-logs/":         (401, 403, 403, 404, 200, 404, 200),
    "POST api/v1/initiatives/<slug:slug>/event-logs/":        (401, 403, 403, 404, 400, 404, 400),
    "GET api/v1/initiatives/<slug:slug>/event-logs/<int:id>/": (401, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/event-logs/new/":            (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/event-logs/new/":           (302, 403, 403, 404, 422, 404, 422),
    "GET initiatives/<slug:slug>/event-logs/<int:pk>/":       (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/event-logs/<int:pk>/read/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/event-logs/<int:pk>/people/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/event-logs/<int:pk>/forget/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/event-logs/<int:pk>/delete/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/event-logs/<int:pk>/stop/": (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/event-logs/<int:pk>/process/": (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/event-logs/<int:pk>/process.csv": (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/collaboration/":             (302, 200, 200, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/collaboration/":            (302, 403, 403, 404, 403, 404, 422),
    "GET initiatives/<slug:slug>/collaboration/new/":         (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/recipe/":                    (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/recipe/":                   (302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/recipe/compare/":           (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/map.json":                   (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/map/":                      (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/people/":                   (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/people/<path:employee_id>/":(302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/people.csv":                (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/people.xlsx":               (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/find/":                     (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/lists/":                    (302, 200, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/lists/":                   (302, 404, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/lists/<int:pk>/delete/":   (302, 404, 403, 404, 404, 404, 404),
    "GET glossary/":                                         (302, 200, 200, 200, 200, 200, 200),
    "GET glossary/<slug:key>/":                              (302, 200, 200, 200, 200, 200, 200),
    "GET methods/":                                          (302, 200, 200, 200, 200, 200, 200),
    "GET initiatives/<slug:slug>/network/":                  (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/network.bin":               (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/network/find/":             (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/network/path/":             (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/network/people/<path:employee_id>/":  (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/network/without/<path:employee_id>/": (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/departments/":              (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/departments.csv":           (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/chart/":                    (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/chart/<path:employee_id>/": (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/compare/":                  (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/compare.bin":               (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/leaders/":                  (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/champions/":                (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/champions.csv":             (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/who-sees-what/":           (302, 200, 200, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/report/":                  (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/report.xlsx":              (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/champions.xlsx":            (302, 404, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/champions/what-if/":        (302, 200, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/champions/terms/":          (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/champions/terms/":         (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/champions/picks/":          (302, 200, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/champions/picks/":         (302, 302, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/champions/add/":           (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/champions/<int:pk>/replacements/": (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/champions/plan/":          (302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/champions/plan/give-up/":  (302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/champions/<int:pk>/":      (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/delete/":                    (302, 403, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/settings/":                  (302, 200, 200, 404, 200, 404, 200),
    "GET initiatives/new/":                                   (302, 403, 403, 403, 200, 200, 200),
    "POST initiatives/new/":                                 (302, 403, 403, 403, 422, 422, 422),
    "POST scope-count/":                                      (302, 403, 403, 403, 200, 200, 200),
    "GET org-charts/":                                        (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/":                               (302, 403, 403, 200, 200, 200, 200),
    "POST org-charts/<int:pk>/activate/":                     (302, 403, 403, 302, 403, 403, 302),
    "GET org-charts/<int:pk>/columns/":                       (302, 403, 403, 302, 403, 403, 302),
    "POST org-charts/<int:pk>/columns/":                      (302, 403, 403, 302, 403, 403, 302),
    "POST org-charts/<int:pk>/decide/":                       (302, 403, 403, 302, 403, 403, 302),
    "GET org-charts/<int:pk>/departments.json":               (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/departments/":                   (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/faults.xlsx":                    (302, 403, 403, 302, 403, 403, 302),
    "GET org-charts/<int:pk>/tree/":                          (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/tree/<int:position>/":           (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/tree/find/":                     (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/initiatives/":                   (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/<int:pk>/people.csv":                     (302, 403, 403, 200, 200, 200, 200),
    "GET org-charts/compare/changes.xlsx":                    (302, 403, 403, 302, 302, 302, 302),
    "GET org-charts/decisions/":                              (302, 403, 403, 200, 403, 403, 200),
    "GET org-charts/compare/":                                (302, 403, 403, 200, 200, 200, 200),
    "POST org-charts/forget-decisions/":                      (302, 403, 403, 302, 403, 403, 302),
    "GET org-charts/upload/":                                 (302, 403, 403, 200, 403, 403, 200),
    "POST org-charts/upload/":                                (302, 403, 403, 422, 403, 403, 422),
    # The desk of a survey that is still a draft.
    "GET api/v1/initiatives/<slug:slug>/surveys/":            (401, 200, 200, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/":                   (302, 403, 200, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/new/":               (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/new/":              (302, 403, 403, 404, 422, 404, 422),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/":          (302, 403, 200, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/settings/": (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/settings/":(302, 403, 403, 404, 422, 404, 422),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/questions/new/<slug:kind>/":
                                                              (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/questions/new/<slug:kind>/":
                                                              (302, 403, 403, 404, 422, 404, 422),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/questions/ready/":
                                                              (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/questions/<int:question_id>/":
                                                              (302, 403, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/preview/":  (302, 403, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/open/":     (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/open/":    (302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/mailings/":(302, 403, 403, 404, 302, 404, 302),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/mailings/<int:mailing_id>/":
                                                              (302, 403, 403, 404, 404, 404, 404),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/mails/":    (302, 403, 403, 404, 404, 404, 404),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/links/":   (302, 403, 403, 404, 302, 404, 302),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/cards/":    (302, 403, 403, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/cards/":   (302, 403, 403, 404, 200, 404, 200),
    "GET initiatives/<slug:slug>/surveys/<int:pk>/visibility/":
                                                              (302, 200, 200, 404, 200, 404, 200),
    "POST initiatives/<slug:slug>/surveys/<int:pk>/do/<slug:action>/":
                                                              (302, 403, 403, 404, 302, 404, 302),
    "GET people/search/":                                     (302, 403, 403, 200, 200, 200, 200),
    # The survey's door: the link is the credential and a role opens nothing; see tests/surveys/test_door.py.
    "GET s/<str:token>/":                                    (404, 404, 404, 404, 404, 404, 404),
    "POST s/<str:token>/begin/":                             (404, 404, 404, 404, 404, 404, 404),
    "GET s/<str:token>/questions/":                          (404, 404, 404, 404, 404, 404, 404),
    "GET s/<str:token>/people/":                             (404, 404, 404, 404, 404, 404, 404),
    "GET s/<str:token>/picks/":                              (404, 404, 404, 404, 404, 404, 404),
    "PUT s/<str:token>/answers/<int:question_id>/":          (404, 404, 404, 404, 404, 404, 404),
    "POST s/<str:token>/submit/":                            (404, 404, 404, 404, 404, 404, 404),
    "POST s/<str:token>/withdraw/":                          (404, 404, 404, 404, 404, 404, 404),
    "POST s/<str:token>/object/":                            (404, 404, 404, 404, 404, 404, 404),
    "POST s/<str:token>/not-me/":                            (404, 404, 404, 404, 404, 404, 404),
    "GET s/<str:token>/who-sees-what/":                      (404, 404, 404, 404, 404, 404, 404),
}
# fmt: on


@pytest.fixture
def world(db):
    """Return (users by name, what stands for each converter of a route)."""
    roles = {"other_manager": "change_manager"}
    users = {name: make_user(name, roles.get(name, name)) for name in CAST[1:]}
    for user in users.values():
        user.is_staff = user.is_superuser = user.is_administrator
        user.save()
    person = Person.objects.create(employee_id="1", name="Ana", search_name="ana")
    chart = OrgChart.objects.create(
        as_of=date(2026, 1, 1), file_name="people.csv", file_hash="0" * 64, people_count=1, tops_count=1,
        max_level=1, is_current=True, activated_at=timezone.now(),
    )  # fmt: skip
    position = Position.objects.create(
        chart=chart, person=person, name="Ana", level=1, span=0, headcount=0, lft=0, rgt=0
    )
    initiative = create_initiative(slug="invoices", name="Invoices", created_by=users["change_manager"])
    initiative.members.get_or_create(user=users["viewer"])
    job = Job.enqueue("test fault", asked_by=users["administrator"])
    token, _ = ApiToken.make(users["administrator"], name="theirs")
    survey = create_survey(initiative, created_by=users["change_manager"])
    return users, {
        "jobs/": job.pk, "account/": token.pk, "org-charts/": chart.pk, "surveys/": survey.pk,
        "position": position.pk, "question": survey.questions.first().pk,
    }  # fmt: skip


def routes(resolver=None, beginning=""):
    """Yield every address of the URL conf except the admin site's, which has a test of its own."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = beginning + str(pattern.pattern)
        if address == "admin/":
            continue
        if isinstance(pattern, URLPattern):
            yield address
        else:
            yield from routes(pattern, address)


def fill(route, numbers):
    """Put the world's objects into a route; whatever a regular expression catches is `company`."""
    route = re.sub(r"\(\?P<\w+>\[\^/\]\+\)", "company", route).replace("^", "")
    number = next((pk for beginning, pk in numbers.items() if beginning in route), 999_999)
    route = route.replace("<int:position>", str(numbers["position"]))
    route = (
        route.replace("<slug:key>", "sphere")
        .replace("<slug:name>", "either")
        .replace("<str:token>", "no-such-link")
    )
    route = route.replace("<int:question_id>", str(numbers["question"]))
    route = route.replace("<slug:kind>", "text").replace("<slug:action>", "copy")
    route = route.replace("<int:mailing_id>", "999999")
    for converter in ("<int:pk>", "<int:id>", "<int:analysis_id>"):
        route = route.replace(converter, str(number))
    return "/" + route.replace("<slug:slug>", "invoices").replace("<path:rest>", "nowhere").replace(
        "<path:employee_id>", "1"
    )


def statuses(client, world, row):
    method, route = row.split(" ", 1)
    users, numbers = world
    given = []
    for name in CAST:
        client.logout()
        if name != "nobody":
            client.force_login(users[name])
        given.append(getattr(client, method.lower())(fill(route, numbers)).status_code)
    return tuple(given)


@pytest.mark.parametrize("row", TABLE)
def test_route_answers_each_role(client, world, row):
    assert statuses(client, world, row) == TABLE[row]


def test_every_route_has_its_row():
    assert sorted(set(routes()) - {row.split(" ", 1)[1] for row in TABLE}) == []


def test_every_operation_that_the_api_describes_has_its_row():
    described = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    rows = {path[1:].replace("{slug}", "<slug:slug>").replace("{id}", "<int:id>"): path for path in described}
    operations = {f"{method.upper()} {row}" for row, path in rows.items() for method in described[path]}
    assert sorted(operations - set(TABLE)) == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/jobs/job/"])
def test_admin_site_is_for_administrators(client, world, address):
    users, _ = world
    given = {}
    for name, user in users.items():
        client.force_login(user)
        given[name] = client.get(address).status_code

    assert given == {name: 200 if name == "administrator" else 302 for name in users}


OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "api/v1/schema/",
    "api/v1/docs/",
    "sign-in/",
    "sign-out/",
    "account/sign-in/",
}


def test_nobody_gets_in_anywhere_without_signing_in(client, world):
    _, numbers = world
    closed = [route for route in routes() if route not in OPEN and not route.startswith(("s/", "sign-on/"))]
    given = {route: client.get(fill(route, numbers)).status_code for route in closed}

    assert {route: status for route, status in given.items() if status not in (302, 401, 404, 405)} == {}


# Noted by the sign-in itself, or no route of ours.
NOTED_OTHERWISE = {"sign_in", "sign_out", "account_login", "api_unknown"}


def test_whatever_changes_something_has_words_for_the_audit_log(client, world):
    users, numbers = world
    client.raise_request_exception = False
    addresses = {fill(route, numbers) for route in routes() if not route.startswith(("s/", "sign-on/"))}
    without = set()
    for address in addresses:
        for method in ("POST", "PUT", "PATCH", "DELETE") if address.startswith("/api/") else ("POST",):
            client.force_login(users["administrator"])
            name = resolve(address).view_name
            if client.generic(method, address).status_code != 405 and f"{method} {name}" not in ROUTES:
                without.add(name)
    assert without - NOTED_OTHERWISE == set()
