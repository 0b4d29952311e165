"""Two invented people of whom every word and every number is unique: wherever a copy of one turns up, it is known.

The one may be opened by every officer, the record of the other is restricted. Whoever asks for them has words of
their own, and so has every secret that the gateway is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from sources.crn import Crn, check_letter
from sources.parts import (
    Correspondence,
    Customer,
    Debt,
    Entitlement,
    Interaction,
    Ownership,
    Restriction,
)
from sources.parts.correspondence import CorrespondenceChannel, DocumentRef
from sources.parts.customer import (
    Address,
    AddressKind,
    ContactKind,
    ContactPoint,
    Identifier,
    IdentifierKind,
    Indicator,
    IndicatorKind,
    Name,
    NameKind,
    Preferences,
    Representative,
    RepresentativeKind,
    SensitiveIndicator,
)
from sources.parts.debt import Arrangement, ArrangementStatus, ArrangementType
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus, Claim, ClaimPart
from sources.parts.entitlement import ClaimStatus as Claimed
from sources.parts.interaction import SourceRef
from sources.parts.money import Money
from sources.parts.ownership import (
    Case,
    CaseStatus,
    Issue,
    IssueClass,
    IssueStatus,
    Lock,
    PartyRole,
    Transfer,
)
from sources.parts.ownership import TransferMethod as Method
from tests.sources.specimens import correspondence, debt, interaction

ASKING, CALLER, SECRET = "Askerzqv", "Callerzqv", "Secretzqv"
"""How the words of whoever asks begin, how their ids do, and how the gateway's secrets do."""


@dataclass(frozen=True)
class Bird:
    """A person. Their words begin with `stem`, their ten-digit numbers with `lead`, which is six digits long."""

    stem: str
    lead: str
    restricted: bool

    @property
    def crn(self) -> Crn:
        digits = f"{self.lead}273"
        return Crn(digits + check_letter(digits))

    def word(self, name: str) -> str:
        return f"{self.stem}{name}"

    def number(self, place: int) -> str:
        return f"{self.lead}{7310 + 11 * place}"

    @property
    def numbers(self) -> list[str]:
        """Every number, in its barest form."""
        return [self.crn, self.crn[:9], *(self.number(place) for place in range(12))]

    @property
    def mail(self) -> str:
        return f"{self.word('mail')}@{self.word('host')}.example"

    def records(self, now: datetime) -> list[Any]:
        """What is on file: one record of every part, and every part has every word."""
        yesterday = now - timedelta(days=1)
        return [
            self._customer(),
            self._restriction(),
            self._interaction(yesterday),
            self._correspondence(yesterday),
            self._debt(yesterday),
            self._ownership(yesterday),
            self._entitlement(yesterday),
        ]

    def _customer(self) -> Customer:
        word = self.word
        return Customer(
            self.crn,
            names=(
                Name(NameKind.LEGAL, word("family"), word("gïven")),
                Name(NameKind.ALIAS, word("protected"), word("hidden"), protected=True),
            ),
            title=word("title"),
            gender=word("gender"),
            date_of_birth=date(1961, 4, 17),
            marital_status=word("marital"),
            contact_points=(
                ContactPoint(ContactKind.MOBILE, self.number(0)),
                ContactPoint(ContactKind.EMAIL, self.mail),
            ),
            addresses=(
                Address(
                    AddressKind.RESIDENTIAL,
                    (word("street"), word("estate")),
                    word("town"),
                    invalid_reason=word("returned"),
                ),
            ),
            representatives=(Representative(RepresentativeKind.NOMINEE, word("nominee")),),
            preferences=Preferences(special_contact=word("wish")),
            indicators=(Indicator(IndicatorKind.REMOTE, word("remote"), lock_reason=word("locked")),),
            sensitive_indicators=(SensitiveIndicator(word("warning"), date(2030, 1, 1)),),
            identifiers=(
                Identifier(IdentifierKind.CAN, self.number(1)),
                Identifier(IdentifierKind.CSRN, self.number(2)),
                Identifier(IdentifierKind.CITIZEN_ID, self.number(3)),
                Identifier(IdentifierKind.ALIAS, word("alias")),
            ),
        )

    def _restriction(self) -> Restriction:
        officers = ("officer-ra-1",) if self.restricted else ()
        return Restriction(self.crn, self.restricted, self.word("manager"), officers)

    def _interaction(self, at: datetime) -> Interaction:
        word = self.word
        return replace(
            interaction(self.crn, self.number(4), at),
            source=SourceRef(word("telephony"), self.number(4)),
            title=word("call"),
            summary=word("summary"),
            activity=word("activity"),
            status_raw=word("status"),
            officer=word("officer"),
            department=word("department"),
            service_area=word("area"),
            contact_type=word("contact"),
            queue=word("queue"),
            queue_position=int(self.number(0)),  # no field can show so large a number
            avoidable_reason=word("avoidable"),
            receipt_number=word("receipt"),
            call_id=word("callid"),
        )

    def _correspondence(self, at: datetime) -> Correspondence:
        return replace(
            correspondence(self.crn, self.number(5), at),
            channel=CorrespondenceChannel.EMAIL,
            source=SourceRef(self.word("letters"), self.number(5)),
            title=self.word("letter"),
            description=self.word("preview"),
            recipient_masked=self.word("recipient"),
            template=self.word("template"),
            document=DocumentRef(self.word("attached")),
        )

    def _debt(self, at: datetime) -> Debt:
        made = Arrangement(
            self.number(7),
            ArrangementType.VOL,
            ArrangementStatus.CUR,
            at.replace(microsecond=0),
            Money(Decimal(40)),
        )
        return replace(
            debt(self.crn, self.number(6), at.replace(microsecond=0)),
            source=SourceRef(self.word("debts"), self.number(6)),
            benefit_type=self.word("benefit"),
            reason=self.word("reason"),
            total=Money(Decimal(self.number(8)) / 100),
            arrangements=(made,),
        )

    def _ownership(self, at: datetime) -> Ownership:
        word, at = self.word, at.replace(microsecond=0)
        lock = Lock(f"O{self.number(9)}", word("team"), at, officer=word("owner"), reason=word("why"))
        moved = Transfer(
            f"T{self.number(9)}",
            word("before"),
            word("after"),
            Method.BY_AGREEMENT,
            at,
            word("moved"),
            word("decider"),
        )
        return Ownership(
            self.crn,
            SourceRef(word("cases"), self.number(10)),
            lock=lock,
            cases=(Case(self.number(11), PartyRole.PAYEE, CaseStatus.ACTIVE, care_summary=word("care")),),
            issues=(
                Issue(
                    f"N{self.number(9)}",
                    word("issue"),
                    IssueClass.COMMON,
                    word("desk"),
                    at,
                    IssueStatus.OPEN,
                ),
            ),
            transfers=(moved,),
        )

    def _entitlement(self, at: datetime) -> Entitlement:
        visit = Appointment(
            self.word("appointment"),
            AppointmentProvider.SERV_AU,
            at.replace(second=0, microsecond=0),
            AppointmentStatus.BOOKED,
            self.word("purpose"),
            self.word("place"),
        )
        claim = Claim(self.word("claim"), at.date(), (ClaimPart(self.word("payment"), Claimed.SUBMITTED),))
        return Entitlement(self.crn, claims=(claim,), appointments=(visit,))


OPEN = Bird("Wrenzqv", "604918", restricted=False)
SHUT = Bird("Finchzqv", "713527", restricted=True)
BIRDS = (OPEN, SHUT)


def texts_of(told: Any) -> Iterator[str]:
    """Every text in a record, however deep."""
    match told:
        case str():
            yield told
        case dict():
            for one in told.values():
                yield from texts_of(one)
        case list() | tuple():
            for one in told:
                yield from texts_of(one)


def today() -> datetime:
    """The moment from which the records of a run are counted."""
    return datetime.now(UTC).replace(microsecond=0)
