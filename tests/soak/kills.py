"""Many gateways killed between a decision and its answer: nothing was shown that is not on record."""

import sys
import tempfile
import time
from pathlib import Path

import click

from gateway.audit.chain import Chain, Damage
from gateway.keyring import open_keyring
from tests.gateway.journals import flaws
from tests.running.killing import Tally, killed

TOLD_EVERY = 20


def tell(tally: Tally, begun: float) -> None:
    print(
        f"{tally.kills:5} kills  {len(tally.shown):8,} views  {len(tally.recorded):8,} lines"
        f"  {tally.between:5} between  {len(tally.unrecorded)} views without an event"
        f"  {time.monotonic() - begun:6.0f} s",
        flush=True,
    )


@click.command()
@click.option("--kills", type=click.IntRange(1), default=200, show_default=True)
def main(kills: int) -> None:
    """Kill a serving gateway so many times. A kill is `between` when a decision was on record without an answer."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for tally in killed(home, kills):
            if tally.unrecorded or tally.kills % TOLD_EVERY == 0:
                tell(tally, begun)
            if tally.unrecorded:
                sys.exit(1)
        damage = flaws(home / "audit.ndjson", Chain(open_keyring(home / "keyring.json", make=False)))
    if tally.kills % TOLD_EVERY:
        tell(tally, begun)
    torn = sum(one is Damage.TORN for one in damage.values())
    print(f"the chain: {torn} torn lines, {len(damage) - torn} other flaws")
    sys.exit(1 if len(damage) > torn or not tally.shown else 0)


if __name__ == "__main__":
    main()
