"""Addresses of a collector that is not there, or might as well not be."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.house.programs import free_port


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    yield f"http://127.0.0.1:{free_port()}"


@contextmanager
def silent() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


AWAY = {"nobody": nobody, "silent": silent}
