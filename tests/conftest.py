"""What every test stands on: asynchronous tests run on asyncio alone, and what a test starts hears Ctrl-C."""

import signal

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a run in the background of a shell is deaf to it, and so would be everything that it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
