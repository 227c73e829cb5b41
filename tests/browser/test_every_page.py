"""Every page that somebody signed in can open, at a desk in the light and on a phone in the dark.

``PAGES`` is the table: a route that answers with a page needs a row (a test holds it). Of each page axe finds
nothing, the console is silent, nothing is wider than the screen, nothing is asked of another host, and what
comes over the wire, the libraries of charts, networks and the API's description aside, is at most 250 kB.
"""

import gzip
import io
import json
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from bpm_influence.accounts.models import User
from bpm_influence.jobs.models import Job
from influence.analysing import request_analysis
from influence.demonstration.loading import demonstration_initiative, load_demonstration
from influence.eventlogs.loading import load_event_log
from influence.lists import keep
from influence.picks import write_down
from influence.planning import set_state, start_plan
from influence.uploading import submit_ties
from initiatives.editing import create_initiative
from orgchart.charts import import_options, load_chart, submit_chart
from surveys.editing import create_survey, open_survey
from tests.browser.conftest import AXE, TOO_WIDE, WCAG
from tests.eventlogs.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = {"desk": (1280, "light"), "phone": (390, "dark")}
LARGEST_KB = 250
ASK_AXE = f"""() => axe.run({json.dumps({"runOnly": WCAG, "resultTypes": ["violations"]})}).then(
    (found) => found.violations.map((one) => `${{one.id}}: ${{one.nodes.map((node) => node.html)}}`))"""
NOT_WEIGHED = (
    "/static/lib/echarts/", "/static/lib/sigma/", "/static/lib/graphology/", "/static/lib/swagger-ui/",
    "/api/v1/schema/",
)  # fmt: skip

# Name of the route: what stands for its arguments, and the questions that are asked in the address.
PAGES = {
    "initiatives:list": [()],
    "initiatives:new": [()],
    "initiatives:settings": [("slug",)],
    "initiatives:delete": [("slug",)],
    "influence:overview": [("slug",), ("slug", "?department=Finance")],
    "influence:part": [("slug", "only_together")],
    "influence:map": [("slug",), ("slug", "?axes=corner")],
    "influence:people": [("slug",), ("slug", "?group=hidden_influencer&sort=-sphere")],
    "influence:person": [("slug", "person")],
    "influence:lists": [("slug",)],
    "influence:network": [("slug",)],
    "influence:departments": [("slug",)],
    "influence:chart": [("slug",)],
    "influence:compare": [("slug",)],
    "influence:leaders": [("slug",), ("slug", "?who=managers"), ("slug", "?who=untitled")],
    "influence:champions": [("slug",)],
    "influence:what_if": [("slug",)],
    "influence:champion_terms": [("slug",)],
    "influence:picks": [("slug",)],
    "influence:report": [("slug",), ("slug", "?names=0")],
    "influence:who_sees": [("slug",)],
    "influence:adoption": [("slug",)],
    "influence:adoption_followers": [("slug",)],
    "influence:adoption_evidence": [("slug",)],
    "influence:adoption_entries": [("slug",)],
    "influence:adoption_correct": [("slug", "event")],
    "influence:data": [("slug",)],
    "influence:recipe": [("slug",)],
    "influence:tie_upload": [("slug", "ties")],
    "influence:new_log": [("slug",)],
    "influence:event_log": [("slug", "log")],
    "influence:process": [("slug", "log")],
    "influence:collaboration": [("slug",)],
    "influence:analyses": [("slug",)],
    "influence:analysis": [("slug", "analysis")],
    "influence:glossary": [()],
    "influence:term": [("sphere",)],
    "influence:methods": [()],
    "influence:privacy": [()],
    "surveys:surveys": [("slug",)],
    "surveys:new": [("slug",)],
    "surveys:survey": [("slug", "draft"), ("slug", "closed"), ("other", "open")],
    "surveys:settings": [("slug", "draft")],
    "surveys:new_question": [("slug", "draft", "text")],
    "surveys:question": [("slug", "draft", "question")],
    "surveys:preview": [("slug", "draft")],
    "surveys:open": [("slug", "draft")],
    "surveys:cards": [("other", "open")],
    "surveys:visibility": [("other", "open")],
    "orgchart:charts": [()],
    "orgchart:upload": [()],
    "orgchart:compare": [()],
    "orgchart:decisions": [()],
    "orgchart:chart": [("chart",), ("faulty",)],
    "orgchart:columns": [("faulty",)],
    "orgchart:tree": [("chart",)],
    "orgchart:overview": [("chart",)],
    "orgchart:touched": [("chart",)],
    "jobs": [()],
    "job": [("job",)],
    "account": [()],
    "change_password": [()],
    "mfa_index": [()],
    "mfa_activate_totp": [()],
    "usersessions_list": [()],
    "account_reauthenticate": [()],
    "audit_log": [()],
    "api_docs": [()],
}
NO_PAGES = {
    # Files and what scripts ask for.
    "audit_csv", "orgchart:changes_xlsx", "orgchart:faults_xlsx", "orgchart:people_csv",
    "orgchart:overview_data", "orgchart:person_search", "orgchart:find", "orgchart:reports",
    "influence:map_data", "influence:find", "influence:people_csv", "influence:people_xlsx",
    "influence:network_data", "influence:network_find", "influence:network_path", "influence:network_person",
    "influence:network_without", "influence:departments_csv", "influence:chart_reports",
    "influence:compare_data", "influence:report_xlsx", "influence:champions_csv", "influence:champions_xlsx",
    "influence:replacements", "influence:adoption_counting", "influence:process_csv", "surveys:mails",
    "health", "ready", "metrics", "mfa_download_recovery_codes", "initiatives:scope_count",
    # Reached by a form, or shown only in the middle of signing in.
    "sign_in", "account_login", "sign_out", "make_token", "revoke_token", "cancel_job", "retry_job",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "socialaccount_login_error", "socialaccount_login_cancelled",
    "socialaccount_signup", "openid_connect_login", "openid_connect_callback", "saml_acs", "saml_finish_acs",
    "saml_sls", "saml_metadata", "saml_login", "orgchart:forget_decisions", "orgchart:decide",
    "orgchart:activate", "surveys:ready_question", "surveys:send_mails", "surveys:change_mailing",
    "surveys:links", "surveys:act", "influence:export_person", "influence:erase_person",
    "influence:demo_remove", "influence:delete_list", "influence:add_champion", "influence:begin_plan",
    "influence:give_plan_up", "influence:change_state", "influence:adoption_count",
    "influence:adoption_period", "influence:adoption_load", "influence:adoption_withdraw",
    "influence:delete_ties", "influence:new_interactions", "influence:read_log_again",
    "influence:match_resources", "influence:forget_match", "influence:delete_log", "influence:stop_reading",
    "influence:load_ties_again", "influence:stop_loading_ties",
    "influence:compare_recipes", "influence:retry_analysis", "influence:cancel_analysis",
}  # fmt: skip


def test_every_page_has_its_row():
    assert sorted(_names(get_resolver()) - PAGES.keys() - NO_PAGES) == []


def _names(resolver, space=""):
    """The routes' names, without those of the API, of the admin site and of a survey's own door."""
    found = set()
    for pattern in resolver.url_patterns:
        address = str(pattern.pattern)
        if address in ("admin/", "s/") or (address == "api/v1/" and not isinstance(pattern, URLPattern)):
            continue
        if isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
        else:
            found |= _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
    return found


@pytest.fixture
def world():
    """The demonstration with everything that pages can show; gives what stands for a route's arguments."""
    load_demonstration(150)
    initiative = demonstration_initiative()
    user = User.objects.get(username="demo-administrator")
    request_analysis(initiative, {"resamples": 20}).job.wait()
    analysis = initiative.analyses.order_by("-pk").first()
    write_down(initiative, user, "The sponsor", _ids(analysis)[:3])
    set_state(start_plan(analysis)[0], "declined", "On leave", user=user)
    keep(analysis, user, analysis.scores.filter(department="Finance"), "Finance")
    log = load_event_log(initiative, io.BytesIO(_log(_ids(analysis))), file_name="log.csv").log
    other = create_initiative(slug="other", name="Another", created_by=user)
    opened = create_survey(other, created_by=user)
    open_survey(opened)
    draft = create_survey(initiative, created_by=user)
    people = "employee_id,name,manager_id\n1,Ada Top,\n1,Ada Bottom,1\n2,Ben,9\n"
    options = import_options(date(2026, 1, 1), {}, None, None)
    faulty = submit_chart(people.encode(), "wrong.csv", options, user=user)
    ties = submit_ties(initiative, io.BytesIO(b"source,target\n1,2\n"), file_name="ties.csv", user=user)
    for job in Job.objects.unfinished():
        Job.run_here(job)
    load_chart(b"employee_id,name,manager_id\n1,Ada Top,\n", file_name="small.csv", activate=False)
    return {
        "slug": initiative.slug, "other": "other", "person": _ids(analysis)[0], "analysis": analysis.pk,
        "event": initiative.adoption_events.first().pk, "log": log.pk, "draft": draft.pk, "open": opened.pk,
        "closed": initiative.surveys.get(state="closed").pk, "question": draft.questions.first().pk,
        "chart": analysis.chart_id, "faulty": faulty.pk, "job": analysis.job_id,
        "ties": ties.pk,
    }  # fmt: skip


def _ids(analysis):
    return list(analysis.scores.order_by("influence_rank").values_list("person__employee_id", flat=True)[:9])


def _log(ids):
    return table(*(" ".join(ids[start : start + 4]) for start in range(5)))


def addresses(world):
    for name, rows in PAGES.items():
        for row in rows:
            query = row[-1] if row and row[-1].startswith("?") else ""
            args = [world.get(one, one) for one in row if not one.startswith("?")]
            yield reverse(name, args=args) + query


class Watched:
    """A browser's page on one screen; what is wrong with an address, in words."""

    def __init__(self, browser, screen, base, cookie):
        width, scheme = SCREENS[screen]
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])
        self.context.add_init_script(path=AXE)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.base, self.said, self.asked, self.sizes = base, [], [], {}
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.said.append(said.text))
        self.page.on("requestfinished", lambda request: self.asked.append(request))

    def faults(self, address):
        self.said.clear()
        self.asked.clear()
        answer = self.page.goto(self.base + address, wait_until="load")
        violations = self.page.evaluate(ASK_AXE)
        yield from ([f"answers {answer.status}"] if answer.status != 200 else [])
        yield from violations
        yield from self.page.evaluate(TOO_WIDE)
        yield from self.said
        yield from (
            f"asks {one.url}" for one in self.asked
            if not one.url.startswith((self.base, "data:", "blob:"))
        )  # fmt: skip
        kilobytes = sum(self.size(one) for one in self.asked) / 1024
        yield from ([f"{kilobytes:.0f} kB on the wire"] if kilobytes > LARGEST_KB else [])

    def size(self, request):
        """Bytes on the wire; static files as the server keeps them, compressed."""
        path = urlsplit(request.url).path
        if path.startswith(NOT_WEIGHED) or not request.url.startswith(self.base):
            return 0
        if not path.startswith("/static/"):
            return request.sizes()["responseBodySize"]
        if path not in self.sizes:
            self.sizes[path] = len(gzip.compress(request.response().body()))
        return self.sizes[path]


def test_every_page_is_accessible_narrow_quiet_and_light(browser, live_server, client, world):
    client.force_login(User.objects.get(username="demo-administrator"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = {}
    for screen in SCREENS:
        watched = Watched(browser, screen, live_server.url, cookie)
        for address in addresses(world):
            if faults := list(watched.faults(address)):
                found[f"{screen} {address}"] = faults
        watched.context.close()
    assert not found, json.dumps(found, indent=1)
