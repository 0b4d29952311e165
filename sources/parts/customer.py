"""Who the customer is: names, contact points, addresses, representatives, preferences, indicators, identifiers."""

from datetime import date

from msgspec import Struct

from sources.crn import Crn
from sources.parts.moment import Moment
from sources.words import Word


class RecordType(Word):
    """What kind of record a number stands for."""

    PER = "PER", "A person."
    CHI = "CHI", "A child."
    UOE = "UOE", "An online entity whose identity is not yet authenticated."
    ORG = "ORG", "An organisation."
    RCP = "RCP", "A registered carer."
    OTHER = "OTHER", "A kind that the gateway does not know."


class RecordFlag(Word):
    """What an officer must know about the record itself."""

    MULTIPLE = "MULTIPLE", "The person holds more than one number."
    INTERTWINED = "INTERTWINED", "Data of two people is mixed on this record."
    SPURIOUS = "SPURIOUS", "The record was made in error."
    RESTRICTED_ACCESS = "RESTRICTED_ACCESS", "Only listed officers may open the record."
    RESTRICTED_UPDATE = "RESTRICTED_UPDATE", "Everybody may read the record, only few may change it."
    DELETED = "DELETED", "The record was deleted at its source."
    DECEASED = "DECEASED", "The person has died."
    OTHER = "OTHER", "A flag that the gateway does not know."


class NameKind(Word):
    """What a name is used for."""

    LEGAL = "LEGAL", "The name on the person's identity documents, or an organisation's registered name."
    PREFERRED = "PREFERRED", "The name the person wants to be called."
    ALIAS = "ALIAS", "Another name the person is or was known by."
    OTHER = "OTHER", "A use that the gateway does not know."


class ContactKind(Word):
    """How a contact point reaches somebody."""

    MOBILE = "MOBILE", "A mobile telephone number; takes calls and SMS."
    PHONE = "PHONE", "A fixed telephone number."
    EMAIL = "EMAIL", "An e-mail address."
    OTHER = "OTHER", "A kind that the gateway does not know."


class AddressKind(Word):
    """What an address is for."""

    RESIDENTIAL = "RESIDENTIAL", "Where the customer lives."
    POSTAL = "POSTAL", "Where the customer's letters go."
    OTHER = "OTHER", "A use that the gateway does not know."


class RepresentativeKind(Word):
    """In what role somebody stands beside the customer."""

    AUTHORISED_REPRESENTATIVE = "AUTHORISED_REPRESENTATIVE", "May speak for the customer."
    NOMINEE = "NOMINEE", "Receives payments, correspondence or both for the customer."
    ALTERNATE_CONTACT = (
        "ALTERNATE_CONTACT",
        "May be asked to pass on a message; is no representative and gets no case information.",
    )
    OTHER = "OTHER", "A role that the gateway does not know."


class NomineeType(Word):
    """What a nominee receives."""

    PAYMENT = "PAYMENT", "The customer's payments."
    CORRESPONDENCE = "CORRESPONDENCE", "The customer's correspondence."
    PAYMENT_AND_CORRESPONDENCE = "PAYMENT_AND_CORRESPONDENCE", "Payments and correspondence."
    OTHER = "OTHER", "Something that the gateway does not know."


class IdentifierKind(Word):
    """Which system of numbers an identifier belongs to."""

    CRN = "CRN", "A customer reference number."
    CAN = "CAN", "A customer access number, the login for telephone self service and the app; not a CRN."
    CSRN = "CSRN", "A Child Support reference number."
    CSID = "CSID", "A Child Support identifier."
    CITIZEN_ID = "CITIZEN_ID", "A council's number for a citizen's account."
    ALIAS = "ALIAS", "Any other number or name that a source knows the customer by."


class RelationshipKind(Word):
    """How two customers belong together."""

    PARTNER = "PARTNER", "Member of the same couple."
    PARENT = "PARENT", "The related person is a parent of this customer."
    CHILD = "CHILD", "The related person is a child of this customer."
    CARER = "CARER", "The related person cares for this customer."
    CASE_PARTY = "CASE_PARTY", "The other party of a child support case."
    OTHER = "OTHER", "A relationship that the gateway does not know."


class IndicatorKind(Word):
    """What a profile indicator tells."""

    REMOTE = "REMOTE", "The customer lives in a remote area; the detail is town and state."
    LANGUAGE = "LANGUAGE", "The customer's preferred language, where it is not English."
    NOMINEE = "NOMINEE", "The customer is or has a nominee."
    VOICEPRINT = "VOICEPRINT", "The customer has a voiceprint for telephone self service."
    ONLINE_ACCOUNT = "ONLINE_ACCOUNT", "The customer has an online account."
    MOBILE_APP = "MOBILE_APP", "The customer uses the mobile app."
    OTHER = "OTHER", "An indicator that the gateway does not know."


class AccountState(Word):
    """Whether a means of access works."""

    ACTIVE = "ACTIVE", "It works."
    LOCKED = "LOCKED", "It is locked; the reason stands beside it."
    OTHER = "OTHER", "A state that the gateway does not know."


class Name(Struct, frozen=True, omit_defaults=True, gc=False):
    """A name. `protected` marks one that must never be shown to the other party of a case."""

    kind: NameKind
    family: str
    given: str | None = None
    protected: bool = False


class ContactPoint(Struct, frozen=True, omit_defaults=True, gc=False):
    """A telephone number or e-mail address."""

    kind: ContactKind
    value: str
    preferred: bool = False
    invalid: bool = False


class Address(Struct, frozen=True, omit_defaults=True, gc=False):
    """An address; an invalid one says why."""

    kind: AddressKind
    lines: tuple[str, ...]
    locality: str
    state: str | None = None
    postcode: str | None = None
    country: str = "AU"
    invalid: bool = False
    invalid_reason: str | None = None


class Representative(Struct, frozen=True, omit_defaults=True, gc=False):
    """Somebody who stands beside the customer, person or organisation."""

    kind: RepresentativeKind
    name: str
    nominee_type: NomineeType | None = None
    since: date | None = None
    until: date | None = None


class Preferences(Struct, frozen=True, omit_defaults=True, gc=False):
    """How the customer wants to be dealt with. `special_contact` is the customer's own wish, in words."""

    language: str = "en"
    interpreter: bool = False
    channel: str | None = None
    electronic_messaging: bool = False
    special_contact: str | None = None


class Indicator(Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing an officer sees beside the customer's name."""

    kind: IndicatorKind
    detail: str | None = None
    state: AccountState | None = None
    last_login: Moment | None = None
    lock_reason: str | None = None


class SensitiveIndicator(Struct, frozen=True, gc=False):
    """A warning to be treated with care (family violence, a security incident), and when it is to be reviewed."""

    kind: str
    review_date: date


class Identifier(Struct, frozen=True, order=True, gc=False):
    """A number that leads to the customer. Hashable: an identifier is what `Directory.resolve` is asked for."""

    kind: IdentifierKind
    value: str


class Relationship(Struct, frozen=True, omit_defaults=True, gc=False):
    """Another customer who belongs to this one."""

    kind: RelationshipKind
    crn: Crn
    since: date | None = None


class Customer(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who a number stands for.

    `canonical_crn` is set when this number is only another number of the same person: everything is filed under the
    canonical one, and this record says nothing else. `display_on_access` says that notes are to be read before the
    customer is dealt with, `managed_service_plan` that a plan limits how; neither says what stands in them.
    """

    crn: Crn
    record_type: RecordType = RecordType.PER
    canonical_crn: Crn | None = None
    record_flags: tuple[RecordFlag, ...] = ()
    names: tuple[Name, ...] = ()
    title: str | None = None
    gender: str | None = None
    date_of_birth: date | None = None
    marital_status: str | None = None
    contact_points: tuple[ContactPoint, ...] = ()
    addresses: tuple[Address, ...] = ()
    representatives: tuple[Representative, ...] = ()
    preferences: Preferences = Preferences()
    indicators: tuple[Indicator, ...] = ()
    sensitive_indicators: tuple[SensitiveIndicator, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    display_on_access: bool = False
    managed_service_plan: bool = False

    @property
    def homes(self) -> tuple[Address, ...]:
        """Where the customer lives, as far as that is not known to be wrong."""
        return tuple(one for one in self.addresses if one.kind is AddressKind.RESIDENTIAL and not one.invalid)
