"""A policy of the body's own: what it names must exist."""

from pathlib import Path

import pytest

from gateway.policy_file import BadPolicyError, labels, policy


@pytest.mark.parametrize("text", ['[cards]\noff = ["LETTERS"]', '[cards.pinned]\nLETTERS = "Look"'])
def test_a_card_kind_that_is_none_is_refused_at_start(text: str, tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(BadPolicyError, match="LETTERS, which is no card kind"):
        policy(own)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('off = ["DEBTS"]', "alerts.off names DEBTS"),
        ("days = { CLAIM = 3 }", "alerts.days names CLAIM"),
        ("days = { REPORTING_OVERDUE = 3 }", "alerts.days names REPORTING_OVERDUE"),
        ("days = { CLAIM_REJECTED = -1 }", "CLAIM_REJECTED is not between 0 and"),
        ("days = { CLAIM_REJECTED = 99999999 }", "CLAIM_REJECTED is not between 0 and"),
        ("days = { CLAIM_REJECTED = 1.5 }", "Expected `int`"),
        ('debts = ["ACTIVE_DEBT"]', "alerts.debts names each of"),
        ('debts = ["ACTIVE_DEBT", "ACTIVE_DEBT", "DEBT_ARRANGEMENT_ENDED"]', "alerts.debts names each of"),
        ('debts = ["ACTIVE_DEBT", "DEBT_ARRANGEMENT_ENDED", "ISSUES_ON_FILE"]', "alerts.debts names each of"),
        ('ranks = ["ACTIVE_DEBT"]', "unknown field"),
    ],
)
def test_what_is_wrong_about_alerts_is_refused_at_start(text: str, wrong: str, tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(f"[alerts]\n{text}", "utf-8")
    with pytest.raises(BadPolicyError, match=wrong):
        policy(own)


def test_a_body_may_count_other_days_and_rank_the_alerts_of_debts(tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    order = ("DEBT_ARRANGEMENT_ENDING", "ACTIVE_DEBT", "DEBT_ARRANGEMENT_ENDED")
    own.write_text(f"[alerts]\ndebts = {list(order)}\ndays = {{ MISSED_APPOINTMENT = 0 }}", "utf-8")
    ruling = policy(own).alerts
    assert (ruling.debts, ruling.of("MISSED_APPOINTMENT"), ruling.of("CLAIM_REJECTED")) == (order, 0, 28)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('month_3 = "Mar"\n', "calendar.month_3 is missing"),
        ('ACTIVE_DEBT = "Active debt"\n', "alerts.ACTIVE_DEBT is missing"),
    ],
)
def test_labels_without_a_word_for_an_alert_are_refused_at_start(
    line: str, wrong: str, tmp_path: Path
) -> None:
    shipped = (Path(__file__).parents[2] / "policy/labels.en.toml").read_text("utf-8")
    own = tmp_path / "labels.toml"
    own.write_text(shipped.replace(line, ""), "utf-8")
    with pytest.raises(BadPolicyError, match=wrong):
        labels(own)
