"""Each named person is who the story says, on any day."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

import pytest

from sandbox import STORIES, crn
from sources.crn import ServicesAustralia
from sources.parts.correspondence import Correspondence, CorrespondenceChannel
from sources.parts.customer import IdentifierKind, IndicatorKind, NameKind, RecordFlag, RecordType
from sources.parts.interaction import InteractionKind, Outcome
from sources.parts.ownership import UnlockMode
from tests.sandbox.telling import Told, days_back, lines, of, only, told, unhurried

People: TypeAlias = dict[str, Told]

DAYS = [date(2026, 11, 18), date(2025, 3, 10), date(2026, 4, 6), date(2024, 2, 29), date(2026, 12, 27)]
LAST = 55
ASSESSMENTS = "Child Support Specialised Assessments"


@pytest.fixture(scope="module", params=DAYS, ids=str)
def on(request: pytest.FixtureRequest) -> date:
    day = request.param
    assert isinstance(day, date)
    return day


@pytest.fixture(scope="module")
def people(on: date) -> People:
    """The named people without the one whose history is long."""
    return told(unhurried(lines(on, LAST + 1)))


def sent(tale: Told, channel: str) -> list[Correspondence]:
    return [found for found in tale.correspondence if found.channel == channel]


def test_example_1_has_three_reminders_and_one_notice_by_email_yesterday(people: People, on: date) -> None:
    emails = sent(of(people, 2), "EMAIL")
    assert Counter(found.title for found in emails) == {"Appointment reminder": 3, "Payment notice": 1}
    assert {found.issue_date for found in emails} == {on - timedelta(days=1)}


def test_example_2_has_one_transaction_done_and_one_not_on_one_day(people: People) -> None:
    done, left = of(people, 3).interaction
    assert done.kind == left.kind == InteractionKind.ONLINE_ACTIVITY
    assert (done.outcome, left.outcome) == (Outcome.SUCCESS, Outcome.NOT_ACHIEVED)
    assert done.started_at.date() == left.started_at.date()


def test_example_3_has_messages_and_letters_on_both_sides_of_their_windows(people: People, on: date) -> None:
    tale = of(people, 4)
    assert sorted((on - found.issue_date).days for found in sent(tale, "SMS")) == [7, 8]
    assert sorted((on - found.issue_date).days for found in sent(tale, "LETTER_PAPER")) == [28, 29]


def test_example_4_has_23_sessions_on_one_day(people: People) -> None:
    sessions = of(people, 5).interaction
    assert len(sessions) == 23
    assert {(found.kind, found.activity) for found in sessions} == {("SELF_SERVICE_IVR", "IVR_REPORT")}
    assert len({found.started_at.date() for found in sessions}) == 1


def test_example_5_owes_100_with_an_arrangement_about_to_end_and_50_without(people: People, on: date) -> None:
    first, second = of(people, 6).debt
    assert (first.balance.amount, second.balance.amount) == (Decimal("100.00"), Decimal("50.00"))
    arrangement = only(list(first.arrangements))
    assert (arrangement.type, arrangement.status) == ("VOL", "CUR")
    assert arrangement.end_date == on + timedelta(days=10)
    assert not second.arrangements


def test_example_6_is_owned_by_personalised_services_and_by_assessments(people: People) -> None:
    payee, payer = only(of(people, 7).ownership), only(of(people, 8).ownership)
    assert {found.business_area for found in payee.issues} == {
        "Personalised Services",
        "Intensive Collection Services",
        ASSESSMENTS,
    }
    assert payee.lock
    assert payee.lock.business_area == "Personalised Services"
    issues = sorted(payer.issues, key=lambda found: found.raised_at)
    assert [found.type for found in issues] == ["Change of assessment", "Objection"]
    assert {found.business_area for found in issues} == {ASSESSMENTS}
    assert payer.cases[0].number == payee.cases[0].number


def test_example_7_is_unlocked_14_days_after_the_letter(people: People, on: date) -> None:
    owned = only(of(people, 9).ownership)
    issue = only(list(owned.issues))
    assert issue.decision_explained is False
    assert issue.letter_sent_at
    assert owned.lock
    assert owned.lock.unlock_mode is UnlockMode.AUTO_UNLOCK
    assert owned.lock.auto_unlock_at
    assert days_back(issue.letter_sent_at, on) == 6
    assert days_back(owned.lock.auto_unlock_at, on) == 6 - 14
    assert owned.lock.auto_unlock_at.time() == issue.letter_sent_at.time()


def test_example_8_is_restricted_with_the_partner_and_gets_no_messages(people: People, on: date) -> None:
    for number in (10, 11):
        tale = of(people, number)
        restriction = only(tale.restriction)
        assert restriction.restricted
        assert restriction.manager == "manager-ra-1"
        assert "officer-ra-1" in restriction.officers
        assert RecordFlag.RESTRICTED_ACCESS in tale.customer[0].record_flags
        assert not sent(tale, CorrespondenceChannel.SMS)
    temporary = only(of(people, 11).restriction).temporary
    assert temporary
    assert on < temporary.until.date() <= on + timedelta(days=7)


def test_maria_has_something_of_everything(people: People) -> None:
    tale = of(people, 1)
    assert {"CONGESTION", "ABANDONED_CALL", "INBOUND_CALL", "SERVICE_CENTRE_VISIT"} <= set(tale.kinds)
    assert {found.channel.value for found in tale.correspondence} >= {"LETTER_ONLINE", "EMAIL", "SMS", "PUSH"}
    assert only(tale.debt).arrangements
    held = only(tale.entitlement)
    assert held.claims
    assert held.appointments


@pytest.mark.parametrize(
    ("number", "flag"),
    [
        (12, RecordFlag.DECEASED),
        (18, RecordFlag.MULTIPLE),
        (43, RecordFlag.RESTRICTED_UPDATE),
        (46, RecordFlag.INTERTWINED),
    ],
)
def test_records_carry_their_flags(people: People, number: int, flag: RecordFlag) -> None:
    assert flag in of(people, number).customer[0].record_flags


@pytest.mark.parametrize(
    ("number", "kind"),
    [(13, RecordType.ORG), (16, RecordType.CHI), (41, RecordType.RCP), (42, RecordType.UOE)],
)
def test_records_are_of_their_type(people: People, number: int, kind: RecordType) -> None:
    assert of(people, number).customer[0].record_type is kind


def test_other_numbers_of_greta_lead_to_her(people: People) -> None:
    greta = of(people, 18).customer[0]
    numbers = {each.value for each in greta.identifiers if each.kind is IdentifierKind.CRN}
    assert numbers == {crn(19), crn(20)}
    for number in (19, 20):
        alias = of(people, number)
        assert alias.customer[0].canonical_crn == greta.crn
        assert not alias.customer[0].names
        assert not alias.history


def test_wendy_has_a_number_of_every_system(people: People) -> None:
    assert {each.kind for each in of(people, 21).customer[0].identifiers} >= {
        IdentifierKind.CAN,
        IdentifierKind.CSRN,
        IdentifierKind.CSID,
        IdentifierKind.CITIZEN_ID,
    }


def test_alisons_other_name_is_protected_and_nowhere_else(people: People) -> None:
    tale = of(people, 24)
    assert only([name for name in tale.customer[0].names if name.kind is NameKind.ALIAS]).protected
    assert tale.customer[0].sensitive_indicators
    assert all("Hart" not in f"{found.title} {found.description}" for found in tale.correspondence)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (22, IndicatorKind.NOMINEE),
        (23, IndicatorKind.NOMINEE),
        (26, IndicatorKind.LANGUAGE),
        (27, IndicatorKind.REMOTE),
        (28, IndicatorKind.VOICEPRINT),
    ],
)
def test_profiles_show_what_officers_must_know(people: People, number: int, kind: IndicatorKind) -> None:
    indicator = only([each for each in of(people, number).customer[0].indicators if each.kind is kind])
    assert indicator.detail or indicator.lock_reason


def test_carls_letter_is_wrong(people: People) -> None:
    carl = only([one for one in people if one.startswith("000000030")])
    assert ServicesAustralia().warning(people[carl].customer[0].crn) == "CHECK_LETTER_MISMATCH"
    assert {found.crn for found in people[carl].history} == {carl}


def test_fays_letters_carry_days_to_come(people: People, on: date) -> None:
    assert sorted((found.issue_date - on).days for found in of(people, 31).correspondence) == [0, 1, 3]


def test_ruths_letter_was_made_again_and_kept_its_date(people: People, on: date) -> None:
    first, again = (found for found in of(people, 32).correspondence)
    assert again.reissue_of == first.id
    assert again.issue_date == first.issue_date
    assert days_back(again.created_at, on) == 1


def test_joels_payment_is_cancelled_and_claim_rejected_and_kim_has_a_new_appointment(people: People) -> None:
    joel, kim = only(of(people, 36).entitlement), only(of(people, 34).entitlement)
    assert [each.status for each in joel.benefits] == ["CANCELLED"]
    assert joel.claims[0].parts[0].status == "REJECTED"
    assert [each.status for each in kim.appointments] == ["MISSED", "BOOKED"]


def test_jack_did_not_report_was_suspended_and_called(people: People, on: date) -> None:
    tale = of(people, 33)
    held = only(tale.entitlement)
    assert [each.status for each in held.benefits] == ["SUSPENDED"]
    assert [report.due_on for report in held.reports if not report.submitted_at] == [on - timedelta(days=8)]
    letter = only([found for found in tale.correspondence if found.template == "L2010"])
    call = only([found for found in tale.interaction if found.kind is InteractionKind.INBOUND_CALL])
    assert call.started_at > letter.created_at


def test_lenas_claim_is_half_decided_and_amy_reports_today(people: People, on: date) -> None:
    parts = only(list(only(of(people, 35).entitlement).claims)).parts
    assert [(part.benefit_type, part.status.value) for part in parts] == [
        ("PPS", "FINALISED"),
        ("FTB", "SUBMITTED"),
    ]
    amy = only(of(people, 37).entitlement)
    assert [report.due_on for report in amy.reports if not report.submitted_at] == [on]
    assert only(list(amy.appointments)).starts_at.date() <= on + timedelta(days=7)


def test_bruces_mail_came_back(people: People) -> None:
    tale = of(people, 49)
    assert {found.channel.value for found in tale.correspondence if found.bounced} == {"SMS", "LETTER_PAPER"}
    assert only(list(tale.customer[0].addresses)).invalid_reason


def test_hannahs_two_records_are_not_joined_and_alike_in_names_and_date_of_birth(people: People) -> None:
    one, other = of(people, 51).customer[0], of(people, 52).customer[0]
    assert (one.names, one.date_of_birth) == (other.names, other.date_of_birth)
    assert one.canonical_crn is other.canonical_crn is None
    assert one.addresses != other.addresses


def test_zoes_name_has_accents(people: People) -> None:
    (name,) = of(people, 53).customer[0].names
    assert not f"{name.given}{name.family}".isascii()


def test_nora_is_known_by_name_only_and_phil_was_not_heard_of_lately(people: People, on: date) -> None:
    nora, phil = of(people, 0), of(people, 44)
    assert not nora.history
    assert not nora.entitlement
    assert len(phil.history) > 20
    assert min((on - found.at.date()).days for found in phil.history) > 28


def test_every_story_is_about_its_number_and_fits_a_line() -> None:
    assert [int(story.crn[:9]) for story in STORIES] == list(range(len(STORIES)))
    assert all(story.line and len(story.line) <= 105 and "\n" not in story.line for story in STORIES)
    assert sum(story.headline for story in STORIES) == 5
