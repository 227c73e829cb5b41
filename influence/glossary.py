"""The words of the pages, each in a sentence or two, and where it is told how the figure is computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One entry: ``key`` in addresses, ``word`` on pages, ``method`` the anchor in the methods."""

    key: str
    word: str
    meaning: str
    method: str = ""


_ALL = (
    Term(
        "leadership",
        "Leadership",
        "Who leads, from 0 to 100: half by position (people below), half by exercise (who is named as "
        "somebody to take direction from). 90 means: above nine in ten.",
        "leadership",
    ),
    Term(
        "position",
        "Leadership by position",
        "How many people stand below somebody on the org chart inside the scope, as a place from 0 to 100.",
        "leadership",
    ),
    Term(
        "exercise",
        "Leadership by exercise",
        "How many people say that they take direction from somebody, as a place from 0 to 100. Somebody "
        "without reports can score high.",
        "leadership",
    ),
    Term(
        "influence",
        "Influence",
        "How many people somebody moves when they move, compared with everybody else: a place from 0 to "
        "100, from the sphere of influence.",
        "expected-sphere",
    ),
    Term(
        "sphere",
        "Sphere of influence",
        "The number of people who would move, on average, if this person alone adopted the change; the "
        "person counts as one.",
        "expected-sphere",
    ),
    Term(
        "outside_line",
        "Outside the circle of control",
        "The part of the sphere that is neither below the person nor above them on the org chart: "
        "people who follow without having to.",
        "expected-sphere",
    ),
    Term(
        "typical_sphere",
        "Typical sphere",
        "The set of people that stands best for what happens when this person moves. “Surely” says in "
        "how many of the simulated cases somebody moves with them.",
        "typical-sphere",
    ),
    Term(
        "groups",
        "Four groups",
        "Leading influencers lead and move others. Leaders without reach lead, but few follow beyond "
        "the line. Hidden influencers move others without leading. The audience is moved rather than "
        "moves.",
        "groups",
    ),
    Term(
        "corners",
        "Position and exercise",
        "Who has people below, against who is named as somebody to take direction from. Where they "
        "differ there is a title without a lead, or a lead without a title.",
        "position-against-exercise",
    ),
    Term(
        "cut",
        "Cut",
        "From this place on (80 unless the initiative sets another) a score counts as high: the highest "
        "fifth.",
        "groups",
    ),
    Term(
        "leaders",
        "Committed leaders",
        "Those who hold a role in the initiative: sponsor, process owner, project lead. Where nobody "
        "holds one, the tops of the scope stand in.",
    ),
    Term(
        "champions",
        "Champions",
        "The few people who, added to the committed leaders, reach the most. They hold no role and, "
        "unless you allow it, have nobody below them.",
        "choice-and-proven-share",
    ),
    Term(
        "adds",
        "Adds",
        "How many people a champion reaches whom the leaders and the champions before do not.",
        "choice-and-proven-share",
    ),
    Term(
        "proven_share",
        "Proven share",
        "The champion set reaches at least this share of what the best possible set of the same size "
        "would: a proof, not an estimate, at the confidence stated.",
        "choice-and-proven-share",
    ),
    Term(
        "stays_chosen",
        "Stays chosen",
        "How often a person would be chosen again had about a third of the others not answered. Low "
        "does not mean bad: often somebody else is about as good.",
        "intervals-of-rank-group-probability-champion-confidence",
    ),
    Term(
        "follows",
        "First moved by",
        "The committed leader who most often moves this champion first, and in what share of the "
        "simulated cases. That leader should ask.",
        "follows-first-followers",
    ),
    Term(
        "first_followers",
        "First followers",
        "The people whom a leader moves most easily and who then move many whom the leader does not. "
        "Win them first.",
        "follows-first-followers",
    ),
    Term(
        "reach",
        "Reach",
        "How many people the leaders and champions would move, on average, through the line, through "
        "colleagues, or through both. A model's estimate.",
        "reach-in-five-parts",
    ),
    Term(
        "parts",
        "Five parts",
        "Everybody is in one: reached by leadership only, by influence only, by either, only where both "
        "join, or not reached. The sizes add up to everybody.",
        "reach-in-five-parts",
    ),
    Term(
        "only_together",
        "Only together",
        "People whom neither the line nor colleagues alone would move: a manager moves a colleague, and "
        "that colleague moves them.",
        "reach-in-five-parts",
    ),
    Term(
        "silent",
        "Silent",
        "People who name nobody. Who could move them is not known, so influence reaches none of them.",
        "reach-in-five-parts",
    ),
    Term(
        "rates",
        "Range over the rates",
        "How readily people move each other is an assumption until it is calibrated with adoption data. "
        "The range shows a figure with both rates from two thirds to four thirds of what is assumed.",
        "chances",
    ),
    Term(
        "error",
        "±",
        "How far the figure may be off because worlds are sampled (one standard error). The range over "
        "the rates is wider and matters more.",
        "reach-in-five-parts",
    ),
    Term(
        "rank",
        "Rank and its interval",
        "1 is highest. “Rank 4, 2 to 9” says: had about a third of the others not answered, it would "
        "lie between 2 and 9 in nine of ten cases.",
        "intervals-of-rank-group-probability-champion-confidence",
    ),
    Term(
        "response",
        "Response rate",
        "How many of those asked have answered. From 80% on the figures hold for persons, from 65% for "
        "directions, below that be careful.",
        "intervals-of-rank-group-probability-champion-confidence",
    ),
    Term(
        "baselines",
        "Beside simpler choices",
        "What the same model says if nobody helped the leaders, if the champions stood alone, or if as "
        "many people were drawn at random.",
        "reach-in-five-parts",
    ),
    Term(
        "own_line",
        "The part of the own line reached",
        "Of the people below somebody in the scope: how many they alone would reach, through the reporting "
        "line and through colleagues together, at the assumed rates.",
        "reach-in-five-parts",
    ),
    Term(
        "follow",
        "Would follow",
        "With which probability somebody is moved by a person they name, at the assumed persuasion rate: "
        "who names few follows each of them more likely than who names many.",
        "chances",
    ),
    Term(
        "what_if",
        "What if",
        "The same samples answer for any people you put together by hand: what they reach, and what is "
        "lost without one of them.",
        "reach-in-five-parts",
    ),
    Term(
        "analysis",
        "Analysis",
        "One computation over the ties of one moment. It keeps its figures for good; pages show the newest.",
    ),
    Term(
        "relation",
        "Relation",
        "What somebody is named for: advice, trust, leadership, handover of work and so on. Leadership "
        "is one layer; all others make up influence.",
        "from-ties-to-layers",
    ),
    Term(
        "scores_only",
        "Scores only",
        "A survey's promise that nobody sees who named whom. Pages then show scores and totals, and no "
        "list, picture or file lets it be told.",
    ),
    Term(
        "in_degree",
        "In-degree",
        "How many colleagues name this person.",
        "named-by",
    ),
    Term(
        "pagerank",
        "PageRank",
        "Being named by those who are themselves named by many.",
        "pagerank",
    ),
    Term(
        "authority",
        "Authority",
        "Being named by those who name the right people.",
        "authority",
    ),
    Term(
        "betweenness",
        "Betweenness",
        "How many of the shortest ways between others lead through this person.",
        "broker-between-others",
    ),
    Term(
        "harmonic",
        "Harmonic closeness",
        "How near a person is to everybody else.",
        "near-to-all",
    ),
    Term(
        "core",
        "Core",
        "How deep a person sits in the densest part of the network.",
        "core",
    ),
    Term(
        "constraint",
        "Constraint",
        "How much a person's contacts know each other; low means free to broker.",
        "constraint",
    ),
    Term(
        "effective_size",
        "Effective size",
        "How many separate circles a person's contacts open.",
        "effective-size",
    ),
    Term(
        "ei_index",
        "E-I index",
        "Contacts outside the own department against inside: from -1 (all inside) to 1 (all outside).",
        "reach-outside-the-own-department",
    ),
    Term(
        "community",
        "Community",
        "The informal circle a person belongs to, by who is tied to whom rather than by the org chart.",
        "community",
    ),
)
TERMS = {term.key: term for term in _ALL}
