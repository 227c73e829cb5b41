"""What a change of chart touches in champion plans and champion sets; finished analyses stay as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influence.models import ChosenChampion
from influence.planning import settings_of
from initiatives.following import address_of, followed_initiatives
from initiatives.models import Initiative
from orgchart.following import ChartChange, Effect, follower
from orgchart.models import Person


@follower
def champions(change: ChartChange, user) -> Iterator[Effect]:
    """Which champions leave or move; by name for those who may see the initiative's results."""
    left, moved = change.left, change.moved
    for initiative in followed_initiatives(user):
        people = list(champions_of(initiative))
        gone = [person.name for person in people if person.pk in left]
        elsewhere = [person.name for person in people if person.pk in moved]
        url = address_of(initiative, user)
        is_named = url and not settings_of(initiative).is_held_back
        counts = (len(gone), len(elsewhere), 0)
        named = {"left": gone, "moved": elsewhere} if is_named else {"counts": counts}
        note = "Choose others in the champion plan, or start a new analysis." if gone else ""
        yield Effect(initiative.name, url, "Champions", note=note, **named)


def champions_of(initiative: Initiative) -> Iterable[Person]:
    """The people of the champion plan; where there is none, of the newest finished analysis's set."""
    planned = initiative.champion_plan.exclude(state="declined").select_related("person")
    if planned:
        return [entry.person for entry in planned]
    newest = initiative.analyses.finished().order_by("-finished_at").first()
    chosen = ChosenChampion.objects.filter(analysis=newest).select_related("person") if newest else ()
    return [champion.person for champion in chosen]
