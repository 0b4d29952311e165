"""Banners: lines across the top of an overview."""

from datetime import date

from resolvers import banner
from resolvers.banner import BannerKind
from schema.shown import shows, told, words

words(BannerKind)


@shows(banner.Banner)
class Banner:
    """A line across the top of the overview. It says that there is something to know, never what stands in a record."""

    kind: BannerKind = told("What it warns of.")
    text: str = told("The words to show.")
    link: str | None = told("Where to read more: https, and a host that the policy names.")
    valid_from: date | None = told("The first day of a special banner, in the policy's zone.")
    valid_to: date | None = told("The last day of a special banner; it is still shown then.")
