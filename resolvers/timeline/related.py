"""Related people: whose timelines stand beside the customer's, as far as this caller is let in to them."""

from msgspec import Struct

from resolvers.access import Verdict
from resolvers.customer import Picture, pictures
from resolvers.timeline.asked import Asked
from resolvers.timeline.entry import Person
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, ENTITLEMENT, INTERACTION, OWNERSHIP, Part
from sources.parts.customer import Relationship

FEEDING: tuple[Part[object], ...] = (INTERACTION, CORRESPONDENCE, DEBT, OWNERSHIP, ENTITLEMENT)
"""The parts that a timeline is made from."""


class Subject(Struct, frozen=True):
    """Somebody whose timeline is shown: the customer, or a related person."""

    picture: Picture
    person: Person | None = None


class People(Struct, frozen=True):
    """The customer and the related people. `cut` says that there are more of them than a page shows."""

    subjects: tuple[Subject, ...]
    cut: bool = False


async def people(picture: Picture, asked: Asked) -> People:
    """Return the customer, and the related people of the kinds asked for; raise what keeps the relationships away.

    Each of them is opened as any customer is: counted, decided and on record. Whoever is not shown is not there, and
    nothing says why.
    """
    own = Subject(picture)
    if not asked.related:
        return People((own,))
    record = picture.record(CUSTOMER)
    named = [one for one in record.relationships if one.kind in asked.related] if record is not None else []
    once = {one.crn: one for one in sorted(named, key=_place, reverse=True) if one.crn != picture.number}
    chosen = sorted(once.values(), key=_place)
    most = picture.scope.policy.timeline.related
    if not chosen:
        return People((own,))
    found = await pictures(picture.scope, [one.crn for one in chosen[:most]], (CUSTOMER, *FEEDING))
    shown: dict[str, Subject] = {}
    for one in chosen[:most]:
        other = found[one.crn]
        if isinstance(other, Picture) and _is_open(other) and other.number != picture.number:
            number = other.number if picture.decision.shows_crn else None
            shown.setdefault(other.number, Subject(other, Person(one.kind, number)))
    return People((own, *shown.values()), len(chosen) > most)


def _is_open(picture: Picture) -> bool:
    return picture.decision.verdict is Verdict.OPEN and not picture.restricted


def _place(one: Relationship) -> tuple[str, str]:
    return one.kind.value, one.crn
