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


FOR_A_WEEK = "from = 2025-03-10\nto = 2025-03-16\n"
HOSTS = '[links]\nhosts = ["my.gov.au"]\n'


def own(folder: Path, text: str) -> Path:
    file = folder / "policy.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("banner", "complaint"),
    [
        ('text = "Look"\nfrom = 2025-03-16\nto = 2025-03-15\n', "ends before it begins"),
        ('text = "Look"\nfrom = 2025-03-16\n', "missing required field `to`"),
        (f'text = " "\n{FOR_A_WEEK}', "says nothing"),
        (f'text = "Look"\npostcodes = [""]\n{FOR_A_WEEK}', "without a letter or digit"),
        (f'text = "Look"\ncolour = "red"\n{FOR_A_WEEK}', "unknown field `colour`"),
    ],
)
def test_a_banner_without_days_or_words_is_refused_at_start(
    banner: str, complaint: str, tmp_path: Path
) -> None:
    """BR-CO-51."""
    with pytest.raises(BadPolicyError, match=complaint):
        policy(own(tmp_path, f"[[banners]]\n{banner}"))


@pytest.mark.parametrize("line", ["related = -1", "scanned = 0", "room = 0"])
def test_a_timeline_without_room_is_refused_at_start(line: str, tmp_path: Path) -> None:
    with pytest.raises(BadPolicyError, match=f"timeline.{line.split(maxsplit=1)[0]} is less than"):
        policy(own(tmp_path, f"[timeline]\n{line}\n"))


def test_a_banner_of_one_day_is_taken(tmp_path: Path) -> None:
    (banner,) = policy(
        own(tmp_path, '[[banners]]\ntext = "Look"\nfrom = 2025-03-10\nto = 2025-03-10\n')
    ).banners
    assert banner.first == banner.last


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("http://my.gov.au/", "no https link"),
        ("javascript:alert(1)", "no https link"),
        ("//my.gov.au/", "no https link"),
        ("https://my.gov.au@elsewhere.example/", "no https link"),
        ("https://my.gov.au:8443/", "no https link"),
        ("https://my.gov.au\\\\@elsewhere.example/", "no https link"),
        ("https://MY.GOV.AU/", "no https link"),
        ("https://my.gov.au/\\u0022onclick=", "no https link"),
        ("https://my.gov.au /", "no https link"),
        ("https://elsewhere.example/", "leads to elsewhere.example, which"),
        ("https://my.gov.au.elsewhere.example/", "leads to my.gov.au.elsewhere.example, which"),
        ("https://not-my.gov.au/", "leads to not-my.gov.au, which"),
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_at_start(link: str, complaint: str, tmp_path: Path) -> None:
    """BR-CO-51."""
    text = f'{HOSTS}[[banners]]\ntext = "Look"\nlink = "{link}"\n{FOR_A_WEEK}'
    with pytest.raises(BadPolicyError, match=complaint):
        policy(own(tmp_path, text))


@pytest.mark.parametrize(
    "link", ["https://my.gov.au", "https://my.gov.au/a/b?c=d&e=%20f#g", "https://my.gov.au?x"]
)
def test_a_link_to_a_host_that_is_named_is_taken(link: str, tmp_path: Path) -> None:
    text = f'{HOSTS}[[banners]]\ntext = "Look"\nlink = "{link}"\n{FOR_A_WEEK}'
    assert policy(own(tmp_path, text)).banners[0].link == link


@pytest.mark.parametrize(
    "text",
    [
        '[knowledge]\nDEBT = { title = "Debts", url = "https://elsewhere.example/" }',
        '[[resources]]\ntitle = "Site"\nurl = "https://elsewhere.example/"',
    ],
)
def test_articles_and_resources_lead_to_named_hosts_only(text: str, tmp_path: Path) -> None:
    """BR-CO-25."""
    with pytest.raises(
        BadPolicyError,
        match="leads to elsewhere.example, which links.hosts does not name".replace(".", r"\."),
    ):
        policy(own(tmp_path, HOSTS + text))
    named = text.replace("elsewhere.example", "my.gov.au")
    assert policy(own(tmp_path, HOSTS + named)).edition == "none"


def test_the_policy_that_ships_helps_with_some_items_and_names_resources() -> None:
    """BR-CO-25."""
    ships = policy()
    assert {"EMPINC", "ADDR", "DEBT"} <= set(ships.knowledge)
    assert ships.resources
    assert ships.banners == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("signs = { TELEGRAM = { about = 1.0 } }", "reasons.signs names TELEGRAM, which is no sign"),
        ("signs = { LETTER = { weight = 1.0 } }", "unknown field `weight`"),
        ("signs = { LETTER = { about = -0.1 } }", "reasons.signs.LETTER.about is not between 0 and"),
        ("signs = { LETTER = { half_life = 1001.0 } }", "reasons.signs.LETTER.half_life is not between"),
        ("signs = { LETTER = { about = nan } }", "reasons.signs.LETTER.about is not between 0 and"),
        (
            'alerts = { DEBTS = { reason = "DEBT", weight = 1.0 } }',
            "reasons.alerts names DEBTS, which is no alert",
        ),
        (
            'alerts = { ACTIVE_DEBT = { reason = "DEBTS", weight = 1.0 } }',
            "reasons.alerts names DEBTS, which is no reason",
        ),
        ("pull = { DEBTS = 1.0 }", "reasons.pull names DEBTS, which is no reason"),
        ("pull = { DEBT = 1e9 }", "reasons.pull.DEBT is not between 0 and"),
        ("factors = { ADDR = -1.0 }", "reasons.factors.ADDR is not between 0 and"),
        ('codes = { DEBTS = ["A"] }', "reasons.codes names DEBTS, which is no reason"),
        (
            'codes = { DEBT = ["Money  owed"], CLAIM = ["money OWED"] }',
            "reasons.codes names money owed more than",
        ),
        ("unexplained = 0.0", "reasons.unexplained is 0"),
        ("sharpness = 0.0", "reasons.sharpness is not between 0.1 and 10"),
        ("sharpness = 11.0", "reasons.sharpness is not between 0.1 and 10"),
        ("settled = -0.5", "reasons.settled is not between 0 and"),
        ("insistence = -1.0", "reasons.insistence is not between 0 and"),
        ('articles = { DEBTS = { title = "A", url = "https://my.gov.au" } }', "reasons.articles names DEBTS"),
        ('articles = { DEBT = { title = "A", url = "https://evil.example" } }', "leads to evil.example"),
    ],
)
def test_what_is_wrong_about_likely_reasons_is_refused_at_start(
    text: str, wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(BadPolicyError, match=wrong):
        policy(own(tmp_path, f"{HOSTS}[reasons]\n{text}\n"))


def test_a_body_without_rules_for_reasons_has_none(tmp_path: Path) -> None:
    assert policy(own(tmp_path, 'edition = "ours"')).reasons.signs == {}
