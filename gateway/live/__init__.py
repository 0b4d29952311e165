"""Answers that are followed: sockets and streams, and the hub that says when there may be something new."""

from gateway.live.live import Live
from gateway.live.socket import Sockets
from gateway.live.stream import Streams
from gateway.live.topics import Topics

__all__ = ["Live", "Sockets", "Streams", "Topics"]
