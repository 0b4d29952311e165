"""Where the people live, and which service centre is theirs."""

from typing import Final, NamedTuple
from zoneinfo import ZoneInfo


class Place(NamedTuple):
    """A town or suburb with a service centre; `area_code` is of its telephone numbers."""

    locality: str
    state: str
    postcode: str
    zone: ZoneInfo
    area_code: str
    remote: bool = False

    @property
    def centre(self) -> str:
        """The name of its service centre."""
        return f"{self.locality} Service Centre"


def _places(state: str, zone: str, area_code: str, towns: str, *, remote: bool = False) -> list[Place]:
    found = []
    for town in towns.split(", "):
        locality, _, postcode = town.rpartition(" ")
        found.append(Place(locality, state, postcode, ZoneInfo(zone), area_code, remote))
    return found


PLACES: Final = (
    *_places(
        "NSW", "Australia/Sydney", "02", "Parramatta 2150, Bankstown 2200, Marrickville 2204, Fairfield 2165"
    ),
    *_places(
        "NSW",
        "Australia/Sydney",
        "02",
        "Penrith 2750, Newcastle 2300, Wollongong 2500, Wagga Wagga 2650, Dubbo 2830",
    ),
    *_places("NSW", "Australia/Broken_Hill", "08", "Broken Hill 2880", remote=True),
    *_places("NSW", "Australia/Sydney", "02", "Bourke 2840", remote=True),
    *_places("ACT", "Australia/Sydney", "02", "Tuggeranong 2900, Belconnen 2617"),
    *_places(
        "VIC", "Australia/Melbourne", "03", "Footscray 3011, Dandenong 3175, Broadmeadows 3047, Box Hill 3128"
    ),
    *_places("VIC", "Australia/Melbourne", "03", "Geelong 3220, Ballarat 3350, Shepparton 3630"),
    *_places(
        "QLD", "Australia/Brisbane", "07", "Chermside 4032, Inala 4077, Logan Central 4114, Southport 4215"
    ),
    *_places("QLD", "Australia/Brisbane", "07", "Townsville 4810, Cairns 4870, Rockhampton 4700"),
    *_places("QLD", "Australia/Brisbane", "07", "Mount Isa 4825, Cooktown 4895", remote=True),
    *_places(
        "SA", "Australia/Adelaide", "08", "Port Adelaide 5015, Salisbury 5108, Noarlunga 5168, Whyalla 5600"
    ),
    *_places("SA", "Australia/Adelaide", "08", "Ceduna 5690", remote=True),
    *_places(
        "WA",
        "Australia/Perth",
        "08",
        "Mirrabooka 6061, Fremantle 6160, Midland 6056, Rockingham 6168, Bunbury 6230",
    ),
    *_places("WA", "Australia/Perth", "08", "Broome 6725, Kununurra 6743", remote=True),
    *_places("TAS", "Australia/Hobart", "03", "Hobart 7000, Glenorchy 7010, Launceston 7250, Devonport 7310"),
    *_places("NT", "Australia/Darwin", "08", "Casuarina 0810, Palmerston 0830"),
    *_places(
        "NT", "Australia/Darwin", "08", "Alice Springs 0870, Katherine 0850, Nhulunbuy 0880", remote=True
    ),
)

STREETS: Final = (
    "Acacia Avenue",
    "Banksia Street",
    "Beach Road",
    "Bellbird Court",
    "Boronia Crescent",
    "Bridge Street",
    "Church Street",
    "Coolabah Drive",
    "Creek Road",
    "Eucalyptus Way",
    "Ferry Lane",
    "Grevillea Street",
    "High Street",
    "Hill Street",
    "Jacaranda Place",
    "King Street",
    "Kookaburra Close",
    "Lachlan Street",
    "Mill Road",
    "Orchard Street",
    "Park Avenue",
    "Quarry Road",
    "Railway Parade",
    "River Street",
    "Rosella Court",
    "School Lane",
    "Station Street",
    "Victoria Street",
    "Waratah Street",
    "Wattle Street",
)


def place(locality: str) -> Place:
    """Return the place with this name."""
    return next(found for found in PLACES if found.locality == locality)
