"""Where the attacks take place: a gateway of a production profile, its issuers and keys, and two gateways beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
from msgspec import Struct

from gateway.auth.key_form import mint
from gateway.keyring import open_keyring
from gateway.rotation import retire, rotate
from gateway.settings import Profile, Settings
from gateway.trusted.mode import Mode
from tests.attacks.town import told
from tests.running import Gate, serving
from tests.running.issuing import FILE, ISSUER, Issuing, issuing, made, public
from tests.running.keys import key_for
from tests.running.rates import Ticks

PARTNERS = "https://partners.example.org"
STAFF = """kind = "staff"
organisation = "agency"
[issuers.staff.claims]
own_crns = "own"
declared_crns = "close"
"""
OF_PARTNERS = """kind = "partner"
[issuers.partners.claims]
organisation = "org"
"""
AGREEMENTS = """[agreements.provider]
parts = ["customer", "interaction", "entitlement"]
withheld = ["customer.date_of_birth", "customer.addresses"]
since = 2025-03-01
[agreements.lapsed]
parts = ["customer"]
ends = 2025-03-01
[agreements.early]
parts = ["customer"]
begins = 2030-01-01
"""
FEWER = {"customers_an_hour": 4, "customers_an_interaction": 1, "interactions_an_hour": 2}
"""So that whoever browses is soon found out."""

MINE = "query Mine($crn: CRN!) { customer(crn: $crn) { crn } }"
WHO = "query Who { viewer { kind } }"
THEIRS = "query Theirs { viewer { organisation } }"
TWO = "query First { viewer { kind } } query Second { viewer { id } }"
ENDS = """mutation Ends($input: BreakGlassInput!) { breakGlass(input: $input) { __typename } }"""
FOLLOWS = "subscription Follows { sourceHealthChanged { __typename } }"
REGISTERED = {"desk": (MINE, WHO, TWO, ENDS, FOLLOWS), "other": (THEIRS,)}
"""What programs have registered."""

EVERYTHING = (
    "customer:read crn:read overview:read timeline:read correspondence:read debts:read claims:read "
    "ownership:read contact:read sensitive:read customer:search"
).split()


class Stage(Struct):
    """All of it. `ticks` is what rates are counted by."""

    gates: dict[str, Gate]
    staff: Issuing
    partners: Issuing
    ticks: Ticks
    keys: dict[str, str]


def production(folder: Path, **more: Any) -> Settings:
    return Settings(profile=Profile.PRODUCTION, home=folder, **more)


def rulings(folder: Path) -> Path:
    """The policy that ships, under which an officer may open few customers."""
    text = files("policy").joinpath("policy.toml").read_text("utf-8")
    lines = [
        f"{name} = {FEWER[name]}" if (name := line.partition(" ")[0]) in FEWER else line
        for line in text.splitlines()
    ]
    (folder / "policy.toml").write_text("\n".join(lines), "utf-8")
    return folder / "policy.toml"


def issuers(folder: Path, staff: Issuing, partners: Issuing) -> Path:
    told = [("staff", ISSUER, staff, STAFF), ("partners", PARTNERS, partners, OF_PARTNERS)]
    text = "\n".join(
        FILE.format(name=name, issuer=issuer, address=one.address, more=more)
        for name, issuer, one, more in told
    )
    (folder / "issuers.toml").write_text(text, "utf-8")
    return folder / "issuers.toml"


@asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Stage]:
    """The stage, with everybody and everything on it."""
    (folder / "agreements.toml").write_text(AGREEMENTS, "utf-8")
    usual = {"policy_file": rulings(folder), "agreements_file": folder / "agreements.toml"}
    main = production(folder, **usual)
    open_keyring(main.keyring, make=True)
    async with issuing() as staff, issuing() as partners:
        partners.keys = [public(made("rsa", 1), "partners")]
        main = main.model_copy(update={"issuers_file": issuers(folder, staff, partners)})
        ticks = Ticks()
        async with serving(folder, *told(), settings=main, seconds=ticks) as gate:
            keys = await handed_out(gate)
            async with beside(folder, main, ticks) as others:
                yield Stage({"main": gate, **others}, staff, partners, ticks, keys)


@asynccontextmanager
async def beside(folder: Path, main: Settings, ticks: Ticks) -> AsyncIterator[dict[str, Gate]]:
    """Two more with the same database: one behind a proxy of this machine, one whose first keyring was retired."""
    behind, after = folder / "proxied", folder / "retired"
    for home in (behind, after):
        home.mkdir()
    kept = {
        "database_url": main.database,
        "policy_file": main.policy_file,
        "issuers_file": main.issuers_file,
        "agreements_file": main.agreements_file,
    }
    proxied = production(behind, keyring_file=main.keyring, trusted_proxies="127.0.0.1", **kept)
    retired = production(after, **kept)
    copy(main.keyring, retired.keyring)
    rotate(retired.keyring, lambda _: None)
    retire(retired.keyring, 1, lambda _: None)
    async with (
        serving(behind, settings=proxied, seconds=ticks, unproved=3) as first,
        serving(after, settings=retired, seconds=ticks) as second,
        registering(folder, ticks, keyring_file=main.keyring, **kept) as more,
    ):
        yield {"proxied": first, "retired": second, **more}


@asynccontextmanager
async def registering(folder: Path, ticks: Ticks, **kept: Any) -> AsyncIterator[dict[str, Gate]]:
    """Two that know registered documents, of which one takes no others; and one that soon loses its patience."""
    shelf = shelved(folder)
    told: dict[str, dict[str, Any]] = {
        "registered": {"documents_folder": shelf},
        "enforced": {"documents_folder": shelf, "documents": Mode.ENFORCE},
        "live": {"live_init_seconds": 1.0, "live_subscriptions": 3, "live_check_seconds": 0.3},
    }
    async with AsyncExitStack() as opened:
        gates = {}
        for name, more in told.items():
            (folder / name).mkdir()
            chosen = production(folder / name, **kept, **more)
            gates[name] = await opened.enter_async_context(
                serving(folder / name, settings=chosen, seconds=ticks)
            )
        yield gates


def shelved(folder: Path) -> Path:
    """The manifests of two programs, and one of everybody's."""
    shelf = folder / "manifests"
    shelf.mkdir()
    for client, texts in REGISTERED.items():
        body = {sha256(text.encode()).hexdigest(): {"document": text} for text in texts}
        (shelf / f"{client}.json").write_bytes(msgspec.json.encode(body))
    return shelf


async def handed_out(gate: Gate) -> dict[str, str]:
    """API keys, good ones and others, by what they are for."""
    now, other = gate.hands.now, mint(live=True)
    scopes = ("customer:read", "timeline:read", "overview:read")
    of_provider: dict[str, Any] = {"organisation": "provider", "scopes": scopes, "days": 365}
    made_for: dict[str, dict[str, Any]] = {
        "good": {},
        "old": {"caller": "partner-twice"},
        "new": {"caller": "partner-twice"},
        "thrifty": {"quota": 20},
        "office": {"networks": ("192.0.2.0/24",)},
        "revoked": {"changed": {"revoked": now}},
        "expired": {"changed": {"expires": now + timedelta(minutes=1)}},
        "clone": {"changed": {"id": other.id}},
        "system": {"kind": "service", "organisation": "agency", "scopes": (*scopes, "breakglass:use")},
    }
    keys = {name: (await key_for(gate, **{**of_provider, **told}))[0] for name, told in made_for.items()}
    keys["guess"] = other.text  # the id of a key that is there, and another secret
    keys["nobody"], keys["test"] = mint(live=True).text, mint(live=False).text
    return keys
