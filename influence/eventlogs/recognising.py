"""Who a log's resources are: by what identifies people, by what was decided by hand, never by a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from influence.eventlogs.models import LONGEST_RESOURCE, LogResource, ResourceAlias
from influence.tie_files import NUMBER_ID
from initiatives.models import Initiative
from orgchart.models import Person, Position
from orgchart.naming import any_order_key, search_form
from orgchart.tables import CONTROL
from surveys.models import Objection

Match = LogResource.Match
PROPOSALS = 3
LIKENESS = 0.55
CANDIDATES = 300
PLACEHOLDERS = frozenset(
    ["-", "none", "null", "nan", "n/a", "na", "nil", "empty", "unknown", "missing", "undefined",
     "__invalid__", "not available", "not assigned", "unassigned", "unbekannt"]
)  # fmt: skip
SYSTEM_WORDS = frozenset(
    ["system", "sys", "batch", "automatic", "automated", "automation", "automatisch", "auto", "robot", "bot",
     "rpa", "scheduler", "daemon", "cron", "workflow", "engine", "server", "background", "technical"]
)  # fmt: skip
SYSTEM_COMPANIONS = frozenset(
    ["user", "account", "job", "jobs", "process", "run", "wf", "bpm", "bpms", "agent", "service", "svc",
     "the", "task"]
)  # fmt: skip
ACCOUNT_SIGNS = re.compile(r"^.*[\\/]")


@dataclass(frozen=True)
class Identified:
    """A person behind a resource, or why there is none."""

    match: str
    person: int | None = None


def resource_name(text: str) -> str:
    """A resource as it is stored: without control characters, not endlessly long."""
    return CONTROL.sub("", text).strip()[:LONGEST_RESOURCE]


def is_system(name: str) -> bool:
    """Whether a resource that is nobody calls itself a system (System, batch_01, RPA-Bot), or not at all."""
    if name.casefold() in PLACEHOLDERS:
        return True
    words = [word for word in re.split(r"[\W\d_]+", search_form(name)) if word]
    if not words:
        return False
    known = all(word in SYSTEM_WORDS or word in SYSTEM_COMPANIONS for word in words)
    return known and (any(word in SYSTEM_WORDS for word in words) or words[0] in ("service", "svc"))


class Recogniser:
    """Knows everybody by id, email, account name and full name, where these are one person's alone."""

    def __init__(self, initiative: Initiative):
        people = list(Person.objects.values_list("pk", "employee_id", "email", "name"))
        on_chart = set(Position.objects.filter(chart__is_current=True).values_list("person_id", flat=True))
        # Whoever has left must not make the name of somebody who is there ambiguous.
        present = [person for person in people if person[0] in on_chart]
        gone = [person for person in people if person[0] not in on_chart]
        self.by_id = {employee_id: pk for pk, employee_id, _, _ in people}
        self.known = [known for group in (present, gone) for known in _known_by(group)]
        self.aliases = dict(ResourceAlias.objects.values_list("resource", "person_id"))
        self.objected = set(Objection.objects.people(initiative).values_list("pk", flat=True))

    def identify(self, name: str) -> Identified:
        """Who a resource is."""
        found = self._find(name)
        return Identified(Match.OBJECTED) if found.person in self.objected else found

    def _find(self, name: str) -> Identified:
        if person := self._with_id(name):
            return Identified(Match.EMPLOYEE_ID, person)
        if name in self.aliases:
            person = self.aliases[name]
            return Identified(Match.HAND, person) if person else Identified(Match.LEFT_OUT)
        account = ACCOUNT_SIGNS.sub("", name)
        if person := self.by_id.get(account):
            return Identified(Match.ACCOUNT, person)
        keys = {
            Match.EMAIL: name.casefold(),
            Match.ACCOUNT: account.casefold(),
            Match.NAME: any_order_key(name),
        }
        for match, known in self.known:
            if person := known.get(keys[match]):
                return Identified(match, person)
        return Identified(Match.SYSTEM if is_system(name) else Match.UNMATCHED)

    def _with_id(self, name: str) -> int | None:
        whole = NUMBER_ID.match(name)
        return self.by_id.get(name) or (self.by_id.get(whole.group(1)) if whole else None)


def _known_by(people: list[tuple[int, str, str, str]]) -> Iterator[tuple[Match, dict[str, int]]]:
    """What identifies people besides their id, the surest first: where it is one person's alone."""
    emails = [(email.strip().casefold(), pk) for pk, _, email, _ in people]
    yield Match.EMAIL, _unique(emails)
    yield Match.ACCOUNT, _unique((email.partition("@")[0], pk) for email, pk in emails if "@" in email)
    yield Match.NAME, _unique((any_order_key(name), pk) for pk, _, _, name in people)


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Keys that belong to one person alone."""
    found: dict[str, int] = {}
    shared = set()
    for key, pk in pairs:
        if found.setdefault(key, pk) != pk:
            shared.add(key)
    return {key: pk for key, pk in found.items() if key and key not in shared}


class Proposer:
    """Who an unmatched resource might be, by the likeness of names and of accounts made from names."""

    def __init__(self, people: Iterable[tuple[str, str]]):
        self.names: dict[str, str] = {}
        self.holders: Mapping[str, list[str]] = defaultdict(list)
        for employee_id, name in people:
            words = _words(name)
            self.names[employee_id] = " ".join(sorted(words))
            for key in {*words, *_accounts(words)}:
                self.holders[key].append(employee_id)

    def propose(self, resource: str) -> list[str]:
        """Employee ids, the likeliest first."""
        words = _words(resource)
        accounts = {*_accounts(words), "".join(words)}
        exact = {one for key in accounts for one in self.holders.get(key, [])}
        near = {one for word in words for one in self.holders.get(word, [])[:CANDIDATES]}
        text = " ".join(sorted(words))
        likeness = {
            one: max(0.9 if one in exact else 0.0, SequenceMatcher(None, text, self.names[one]).ratio())
            for one in list(exact)[:CANDIDATES] + list(near)[:CANDIDATES]
        }
        likely = sorted(
            (one for one in likeness if likeness[one] >= LIKENESS), key=lambda k: (-likeness[k], k)
        )
        return likely[:PROPOSALS]


def _words(text: str) -> list[str]:
    """The parts of a name or account: no accents, no case, no digits, email domains left out."""
    account = ACCOUNT_SIGNS.sub("", text).partition("@")[0]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", account)
    return [word for word in re.split(r"[\W\d_]+", search_form(spaced)) if word]


def _accounts(words: list[str]) -> list[str]:
    """The accounts that are commonly made of a name: mjansen, jansenm, mariekej, marieke.jansen."""
    if len(words) < 2:
        return []
    first, last = words[0], words[-1]
    return [first[0] + last, last + first[0], first + last[0], first + last, last + first]
