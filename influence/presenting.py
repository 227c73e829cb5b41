"""What the figures say, in a manager's words: sentences, ranges and the rows of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from influence.models import Analysis, Corner, Group, Score

PEOPLE_OF_A_GROUP = 6
PEOPLE_OF_A_CORNER = 12
PART_WORDS = {
    "leadership_only": "By leadership only",
    "influence_only": "By influence only",
    "either": "By either",
    "only_together": "Only together",
    "not_reached": "Not reached",
}
PART_HELP = {
    "leadership_only": "Reached down the line, and by nobody else.",
    "influence_only": "Reached by colleagues, not by the line.",
    "either": "Reached both ways: each alone would do.",
    "only_together": "Reached by neither alone, only where line and colleagues join.",
    "not_reached": "Nobody chosen so far moves them.",
}
GROUP_OF_ONE = {
    Group.LEADING_INFLUENCER: "Leading influencer",
    Group.LEADER_WITHOUT_REACH: "Leader without reach",
    Group.HIDDEN_INFLUENCER: "Hidden influencer",
    Group.AUDIENCE: "Audience",
}
GROUP_OF_ONE_HELP = {
    Group.LEADING_INFLUENCER: "Leads and moves others: ask this person to speak first.",
    Group.LEADER_WITHOUT_REACH: "Leads, but few follow beyond the line: pair with somebody who moves others.",
    Group.HIDDEN_INFLUENCER: "Moves others without leading: win this person early.",
    Group.AUDIENCE: "Is moved rather than moves others: reach this person through the others.",
}
GROUP_HELP = {
    Group.LEADING_INFLUENCER: "Lead and move others. Ask them to speak first.",
    Group.LEADER_WITHOUT_REACH: "Lead, but few follow beyond the line. Pair with somebody who moves others.",
    Group.HIDDEN_INFLUENCER: "Move others without leading. Win them early.",
    Group.AUDIENCE: "Are moved rather than move. Reach them through the others.",
}
CORNER_HELP = {
    Corner.MANAGES_AND_LEADS: "High by position and named as leading.",
    Corner.MANAGES_WITHOUT_LEADING: "High by position, seldom named: title without lead.",
    Corner.LEADS_WITHOUT_MANAGING: "Named as leading, low by position: lead without title.",
    Corner.NEITHER: "Neither high by position nor often named.",
}
MEASURES = (
    ("in_degree", "Colleagues who name this person (in-degree)", 0),
    ("pagerank", "Weight of those who name this person (PageRank)", 4),
    ("authority", "Named by those who name well (HITS authority)", 4),
    ("betweenness", "Stands between others (betweenness)", 4),
    ("harmonic", "Near to everybody (harmonic closeness)", 2),
    ("core", "Depth in the dense core (k-core)", 0),
    ("constraint", "Contacts that know each other (Burt's constraint)", 3),
    ("effective_size", "Separate circles reached (effective size)", 2),
    ("ei_index", "Reach outside the own department (E-I index)", 2),
    ("community", "Informal circle (community)", 0),
)


def number(value: float | None, digits: int = 1) -> str:
    """A figure with thousands separated; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.{0 if abs(value) >= 1000 else digits}f}"


def about(people: float) -> str:
    """A number of people in a sentence: whole from five upwards."""
    return number(people, 0 if people >= 5 else 1)


def percent(share: float | None) -> str:
    """A share of one as whole per cent."""
    if share is None:
        return "–"
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{100 * share:.0f}%"


def rank_words(rank: int, low: int | None, high: int | None) -> str:
    """A rank with its interval: "rank 4, 2 to 9"."""
    return f"rank {rank:,}" if low is None or high is None else f"rank {rank:,}, {low:,} to {high:,}"


@dataclass(frozen=True)
class Figure:
    """A number of people with its standard error, its share and its range over the rates."""

    name: str
    word: str
    help: str
    people: float
    se: float
    low: float
    high: float
    everybody: int

    @property
    def share(self) -> float:
        return self.people / self.everybody if self.everybody else 0

    @property
    def people_words(self) -> str:
        return number(self.people)

    @property
    def error_words(self) -> str:
        return f"± {number(self.se, 2)}"

    @property
    def range_words(self) -> str:
        return f"{number(self.low)} to {number(self.high)}"

    @property
    def share_words(self) -> str:
        return percent(self.share)

    @property
    def sentence_words(self) -> str:
        """Share and range for a sentence: "15% (9 to 24%)"."""
        if not self.everybody:
            return self.share_words
        low, high = 100 * self.low / self.everybody, 100 * self.high / self.everybody
        return f"{self.share_words} ({low:.0f} to {high:.0f}%)"

    @property
    def width(self) -> str:
        return f"{100 * self.share:.2f}"


def figure(name: str, word: str, estimate: Mapping[str, float], everybody: int, text: str = "") -> Figure:
    """One estimate of the summary, ready to be shown."""
    bounds = (estimate[key] for key in ("people", "se", "low", "high"))
    return Figure(name, word, text, *bounds, everybody)


def parts(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The five parts of everybody with where each begins in a bar of 100."""
    rows, begin = [], 0.0
    for name, word in PART_WORDS.items():
        text = PART_HELP[name] + (_silent_sentence(summary) if name == "not_reached" else "")
        part = figure(name, word, summary["split"][name], summary["people"], text)
        rows.append({"figure": part, "begin": f"{begin:.2f}"})
        begin += 100 * part.share
    return rows


def _silent_sentence(summary: Mapping[str, Any]) -> str:
    silent = summary["silent"]
    return f" About {about(silent)} of them name nobody, so influence cannot move them." if silent else ""


def reaches(summary: Mapping[str, Any]) -> list[Figure]:
    """Reach through the line, through colleagues, through both, and what of it needs both."""
    words = {"leadership": "Through leadership", "influence": "Through influence", "both": "Through both"}
    found = [figure(name, word, summary["reach"][name], summary["people"]) for name, word in words.items()]
    together = summary["split"]["only_together"]
    return [*found, figure("only_together", "Of these, only together", together, summary["people"])]


@dataclass(frozen=True)
class Chosen:
    """Who a reach is counted from: how many leaders and champions, and how many of these sit elsewhere."""

    leaders: int
    stand_in: bool
    champions: int
    outside: int


def answer(summary: Mapping[str, Any], chosen: Chosen) -> list[str]:
    """The answer of the overview, in three sentences and how sure they are."""
    leadership, influence, both, together = reaches(summary)
    return [
        f"Leadership ties alone reach {leadership.sentence_words} of the {summary['people']:,} people, "
        f"influence ties alone {influence.sentence_words}; both together reach {both.sentence_words}.",
        f"About {about(together.people)} people ({about(together.low)} to {about(together.high)}) are "
        "reached only together: neither the line nor colleagues alone would move them.",
        _champions_sentence(summary, chosen),
    ]


def _champions_sentence(summary: Mapping[str, Any], chosen: Chosen) -> str:
    alone, both = summary["baselines"]["leaders"]["people"], summary["reach"]["both"]["people"]
    leaders = "the tops of the scope" if chosen.stand_in else "the committed leaders"
    if not chosen.champions:
        return f"Nobody may be chosen as a champion; {leaders} alone reach about {about(alone)} people."
    champions = "one champion brings" if chosen.champions == 1 else f"{chosen.champions:,} champions bring"
    sit = "sits" if chosen.outside == 1 else "sit"
    return (
        f"From {leaders}, who alone reach about {about(alone)}, {champions} it to about {about(both)}; "
        f"{chosen.outside:,} of them {sit} outside every leader's department."
    )


def certainty(summary: Mapping[str, Any]) -> str:
    """How sure the answer is."""
    rate = summary["response_rate"]
    asked = "No survey was run, so there is no response rate" if rate is None else f"{percent(rate)} answered"
    guarantee = guarantee_sentence(summary["guarantee"])
    return f"{asked}; this is a model's estimate, and its rates are assumptions until calibrated. {guarantee}"


def guarantee_sentence(guarantee: Mapping[str, Any] | None) -> str:
    """The share of the best possible that the champion set is proven to reach."""
    if not guarantee or guarantee.get("share") is None:
        return "No share of the best possible champion set could be proven."
    return (
        f"The champion set reaches at least {percent(guarantee['share'])} of what the best possible set "
        f"of this size would, with {percent(guarantee['confidence'])} confidence."
    )


def baselines(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the same model says of simpler choices, beside the choice made."""
    words = {
        "leaders": "The leaders alone, through both layers",
        "champions": "The champions alone",
        "random_champions": "The leaders with as many people chosen at random",
    }
    chosen = summary["reach"]["both"]
    rows = [{"word": word, **_with_error(summary["baselines"][name])} for name, word in words.items()]
    return [*rows, {"word": "The leaders with these champions", "is_choice": True, **_with_error(chosen)}]


def _with_error(estimate: Mapping[str, float]) -> dict[str, str]:
    return {"people": number(estimate["people"]), "se": f"± {number(estimate['se'], 2)}"}


def key_figures(analysis: Analysis, chosen: Chosen) -> list[dict[str, str]]:
    """The few numbers that everything else is read against."""
    summary, answered = analysis.summary, analysis.summary["response_rate"]
    leaders = "Standing in as leaders" if chosen.stand_in else "Committed leaders"
    return [
        {"word": "People in scope", "value": f"{summary['people']:,}"},
        {"word": "Ties between them", "value": f"{analysis.ties_count:,}"},
        {"word": leaders, "value": f"{chosen.leaders:,}"},
        {"word": "Champions", "value": f"{chosen.champions:,}"},
        {"word": "Response", "value": "no survey" if answered is None else percent(answered)},
    ]


def groups(summary: Mapping[str, Any], scores: QuerySet[Score]) -> list[dict[str, Any]]:
    """The four groups with their size, advice and, except for the audience, their first people."""
    return [
        {
            "name": group.value,
            "word": group.label,
            "help": GROUP_HELP[group],
            "count": summary["groups"][group.value],
            "more": summary["groups"][group.value] - PEOPLE_OF_A_GROUP,
            "people": [] if group is Group.AUDIENCE else scores.filter(group=group)[:PEOPLE_OF_A_GROUP],
        }
        for group in Group
    ]


def corners(scores: QuerySet[Score]) -> list[dict[str, Any]]:
    """Position against exercise: the four corners with their people; none where nobody was asked."""
    if not scores.filter(exercised_leadership__isnull=False).exists():
        return []
    counts = dict(scores.order_by().values_list("corner").annotate(Count("pk")))
    return [
        {
            "name": corner.value,
            "word": corner.label,
            "help": CORNER_HELP[corner],
            "count": counts.get(corner.value, 0),
            "more": counts.get(corner.value, 0) - PEOPLE_OF_A_CORNER,
            "people": scores.filter(corner=corner).order_by("leadership_rank")[:PEOPLE_OF_A_CORNER],
        }
        for corner in Corner
    ]


def parts_title(summary: Mapping[str, Any]) -> str:
    """The finding that stands above the five parts."""
    everybody, split = summary["people"], summary["split"]
    if not everybody:
        return "Nobody is in scope"
    reached = 1 - split["not_reached"]["people"] / everybody
    together = split["only_together"]["people"] / everybody
    return f"{percent(reached)} are reached, {percent(together)} only where leadership and influence join"


def curve_title(curve: Sequence[Mapping[str, float]]) -> str:
    """The finding that stands above the curve over the champions."""
    if len(curve) < 2:
        return "Nobody was chosen as a champion"
    first, last = curve[1]["reach"] - curve[0]["reach"], curve[-1]["reach"] - curve[-2]["reach"]
    if len(curve) == 2:
        return f"The champion adds {number(first)} people"
    return f"The first champion adds {number(first)} people, the last one {number(last)}"


def department_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """The five parts for each department, those with most people not reached first."""
    rows = [
        {"name": name, "department": name or "No department", "people": row["people"],
         "parts": [number(row[part]) for part in PART_WORDS], "not_reached": row["not_reached"]}
        for name, row in analysis.results.get("department_parts", {}).items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["not_reached"])


def measures(score: Score) -> list[dict[str, str]]:
    """The network measures of one person, each with its explanation."""
    return [
        {"word": word, "value": number(getattr(score, field), digits)} for field, word, digits in MEASURES
    ]


def person_parts(score: Score) -> list[dict[str, Any]]:
    """How likely the person falls in each of the five parts."""
    fields = ("by_leadership_only", "by_influence_only", "by_either", "only_together", "not_reached")
    rows, begin = [], 0.0
    for field, (name, word) in zip(fields, PART_WORDS.items(), strict=True):
        share = getattr(score, field)
        place = {"begin": f"{begin:.2f}", "width": f"{100 * share:.2f}"}
        rows.append({"name": name, "word": word, "share": percent(share), **place})
        begin += 100 * share
    return rows


def map_points(scores: Iterable[Score], leaders: Iterable[str], champions: Mapping[str, int]) -> list[dict]:
    """What the map needs of each person; ``leaders`` and ``champions`` (rank by id) may show their names."""
    fields = ("name", "title", "department", "group", "headcount")
    leading = set(leaders)
    return [
        {"id": s.person.employee_id, "x": round(s.influence, 2), "y": round(s.leadership, 2),
         "a": round(s.positional_authority, 2),
         "e": None if s.exercised_leadership is None else round(s.exercised_leadership, 2),
         "leader": s.person.employee_id in leading, "champion": champions.get(s.person.employee_id),
         "rank": rank_words(s.influence_rank, s.influence_rank_low, s.influence_rank_high),
         **{field: getattr(s, field) for field in fields}}
        for s in scores
    ]  # fmt: skip


def map_title(summary: Mapping[str, Any]) -> str:
    """The finding that stands above the map."""
    hidden, without = summary["groups"]["hidden_influencer"], summary["groups"]["leader_without_reach"]
    moving = f"{_people(hidden)} {_verb(hidden, 'move')} others without leading"
    return f"{moving}; {_people(without)} {_verb(without, 'lead')} without reach"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb
