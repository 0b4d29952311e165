"""The gateway's command under cProfile: FILE, then its own words.

It begins at the signal USR1, so that the start does not count. What took how long is in the file at the end.
"""

import cProfile
import pstats
import signal
import sys
from pathlib import Path

from gateway.cli import main

MOST = 60

if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    profile = cProfile.Profile()
    signal.signal(signal.SIGUSR1, lambda *_: profile.enable())
    try:
        main()
    finally:
        profile.disable()
        with file.open("w", encoding="utf-8") as told:
            found = pstats.Stats(profile, stream=told)
            for order in ("tottime", "cumulative"):
                found.sort_stats(order).print_stats(MOST)
