"""The subgraph of products that Apollo's compatibility suite asks about, served by everything that serves ours."""

from tests.clients.products.serving import serving

__all__ = ["serving"]
