"""The explorer: a page in which a developer tries operations. There is none in production."""

from gateway.explorer.pages import explorer_routes

__all__ = ["explorer_routes"]
