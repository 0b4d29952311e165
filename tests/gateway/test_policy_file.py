"""A policy of the body's own: what it names must exist."""

from pathlib import Path

import pytest

from gateway.policy_file import BadPolicyError, policy


@pytest.mark.parametrize("text", ['[cards]\noff = ["LETTERS"]', '[cards.pinned]\nLETTERS = "Look"'])
def test_a_card_kind_that_is_none_is_refused_at_start(text: str, tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(BadPolicyError, match="LETTERS, which is no card kind"):
        policy(own)
