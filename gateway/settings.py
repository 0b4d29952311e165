"""Settings, from environment variables that begin with `OVERVIEW_`. The only place that reads the environment."""

from collections.abc import Mapping
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from gateway.edge_settings import EdgeSettings, listed
from gateway.listening import Listening
from gateway.telemetry.levels import Level
from resolvers.caller import CallerKind, Purpose


class Profile(Enum):
    """How much is there without being set up: everything, everything for developers, nothing."""

    EMBEDDED = "embedded"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


USUAL_PURPOSES = {
    CallerKind.STAFF: Purpose.CUSTOMER_CONTACT,
    CallerKind.PARTNER: Purpose.AGREEMENT,
    CallerKind.SERVICE: Purpose.CASE_WORK,
}


class Settings(EdgeSettings, Listening):
    """What a deployment decides. Every field is an environment variable: `profile` is `OVERVIEW_PROFILE`."""

    model_config = SettingsConfigDict(env_prefix="OVERVIEW_", frozen=True, hide_input_in_errors=True)

    profile: Profile = Field(default=Profile.EMBEDDED, description="embedded, development or production")
    home: Path = Field(
        default=Path("~/.local/state/overview"),
        description="Folder of the gateway's own files: database, keyring, audit journal",
    )
    database_url: str | None = Field(
        default=None,
        description="Address of the database, postgresql+asyncpg://… or sqlite+aiosqlite:///…; default in home",
    )
    redis_url: str | None = Field(
        default=None,
        description="Address of the Redis or Valkey that gateways share, redis://…, rediss://… or unix://…",
    )
    cache_url: str | None = Field(
        default=None,
        description="Address of the Redis or Valkey of the cache, where it is another one than the rates'",
    )
    cache_cluster: bool = Field(default=False, description="Whether the cache's server is one of a cluster")
    cache_sealed: bool = Field(default=True, description="Whether what processes share is encrypted")
    cache_seconds: float = Field(
        default=0.05, gt=0, description="How long what processes share is waited for, in seconds"
    )
    cache_bytes: int = Field(
        default=64 * 1024 * 1024, ge=1024, description="Memory in bytes that a process's own cache may take"
    )
    keyring_file: Path | None = Field(default=None, description="File of the keyring; default in home")
    audit_file: Path | None = Field(default=None, description="File of the audit journal; default in home")
    audit_stdout: bool = Field(
        default=False, description="Whether each event of the audit goes to standard output, too"
    )
    policy_file: Path | None = Field(
        default=None, description="The body's own policy in place of the one that ships"
    )
    labels_file: Path | None = Field(
        default=None, description="The body's own labels in place of the ones that ship"
    )
    sources: str = Field(
        default="embedded",
        description="Which part comes from where: embedded, services, or the path of a sources file",
    )
    issuers_file: Path | None = Field(
        default=None, description="Whose tokens are good: a file of issuers; none by default"
    )
    agreements_file: Path | None = Field(
        default=None,
        description="What each partner may see; outside production those of the invented partners by default",
    )
    telephony_file: Path | None = Field(
        default=None, description="Which telephone systems tell of calls, and their secrets; none by default"
    )
    telephony_silence: int = Field(
        default=60, ge=5, description="After how many seconds without a message telephony counts as down"
    )
    events_file: Path | None = Field(
        default=None,
        description="Which systems say by signed events what has changed, and their secrets; none by default",
    )
    log_level: Level = Field(
        default=Level.WARNING,
        description="What is worth a line: info (requests, too), warning, error or critical",
    )
    otlp_endpoint: str | None = Field(
        default=None, description="Collector that traces go to, http://…:4318; none by default"
    )
    trace_ratio: float = Field(
        default=0.1, ge=0, le=1, description="Share of the traces begun here that is kept"
    )
    trusted_proxies: str = Field(
        default="",
        description="Proxies whose X-Forwarded-For is believed: addresses or networks, with commas; none by default",
    )
    now: AwareDatetime | None = Field(
        default=None, description="A moment to stand still at; development profile only"
    )
    default_purpose: Purpose | None = Field(
        default=None,
        description="Purpose of a request that names none; none in production, where every request says why",
    )
    customers_staff: int = Field(
        default=25, ge=1, description="Customers that one operation of an officer may ask for"
    )
    customers_partner: int = Field(
        default=1, ge=1, description="Customers that one operation of a partner may ask for"
    )
    customers_service: int = Field(
        default=100, ge=1, description="Customers that one operation of a service may ask for"
    )
    rate_staff: int = Field(
        default=6_000, ge=0, description="Cost units a minute of an officer; 0 is no limit"
    )
    rate_partner: int = Field(
        default=600, ge=0, description="Cost units a minute of a partner; 0 is no limit"
    )
    rate_service: int = Field(
        default=60_000, ge=0, description="Cost units a minute of a service; 0 is no limit"
    )
    rate_unproved: int = Field(
        default=30, ge=0, description="Requests a minute without a good token, of one address; 0 is no limit"
    )
    places: int = Field(
        default=200,
        ge=4,
        description="Requests that one process works on at once; the others wait for a moment",
    )
    place_seconds: float = Field(
        default=0.05, gt=0, le=1, description="How long a request waits for a place before it is turned away"
    )
    places_late_seconds: float = Field(
        default=0.01,
        ge=0,
        description="How late the event loop may be before there are fewer places; 0: always all",
    )
    places_partner: float = Field(
        default=0.25,
        gt=0,
        le=0.4,
        description="Share of the places that partners and services have to themselves",
    )
    places_export: float = Field(
        default=0.05, gt=0, le=0.4, description="Share of the places that exports have to themselves"
    )
    loop_ready_seconds: float = Field(
        default=1.0, gt=0, description="How late the event loop may be before the process is not ready"
    )
    loop_live_seconds: float = Field(
        default=10.0, gt=0, description="How late the event loop may be before the process counts as dead"
    )
    memory_mebibytes: int = Field(
        default=0,
        ge=0,
        description="Memory beyond which callers are turned away, partners first; 0 is no limit",
    )
    source_seconds: float = Field(default=0.8, gt=0, description="How long a source may take to answer")
    deadline_staff: float = Field(
        default=3.0, gt=0.1, description="Seconds within which an officer has an answer, whole or not"
    )
    deadline_partner: float = Field(
        default=5.0, gt=0.1, description="Seconds within which a partner has an answer, whole or not"
    )
    deadline_service: float = Field(
        default=5.0, gt=0.1, description="Seconds within which a service has an answer, whole or not"
    )
    pdf_seconds: float = Field(
        default=5.0, gt=0, description="How long a document's source may take for a whole one"
    )
    pdf_bytes: int = Field(
        default=20 * 1024 * 1024, ge=1024, description="Largest document in bytes that is handed on"
    )
    pdf_address_seconds: float = Field(
        default=60.0, gt=0, le=600, description="How long the address of a document holds"
    )
    token_hours: int = Field(default=12, ge=1, le=24, description="How long a persona's token is good")

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_addresses(cls, value: str) -> str:
        for one in listed(value):
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(
                    "a proxy is an address such as 10.0.0.7, or a network such as 10.0.0.0/24"
                ) from None
        return value

    @field_validator("redis_url", "cache_url")
    @classmethod
    def _leads_to_redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("an address is redis://…, rediss://… or unix://…")
        return value

    @model_validator(mode="after")
    def _now_is_for_development(self) -> "Settings":
        if self.now is not None and self.profile is not Profile.DEVELOPMENT:
            raise ValueError("OVERVIEW_NOW can be set in the development profile only")
        return self

    @field_validator("otlp_endpoint")
    @classmethod
    def _is_address(cls, address: str | None) -> str | None:
        url = urlsplit(address or "http://none")
        if (
            url.scheme not in {"http", "https"}
            or not url.hostname
            or url.username
            or url.query
            or url.fragment
        ):
            raise ValueError("it must be http:// or https:// and a host, without a user and without a query")
        return address

    @property
    def production(self) -> bool:
        """Whether real people's records are behind this process."""
        return self.profile is Profile.PRODUCTION

    @property
    def folder(self) -> Path:
        """The home folder, with `~` filled in."""
        return self.home.expanduser()

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.folder / 'overview.db'}"

    @property
    def proxies(self) -> list[str]:
        """The proxies that say truly whom they speak for."""
        return listed(self.trusted_proxies)

    @property
    def keyring(self) -> Path:
        """The file of the keyring."""
        return self.keyring_file or self.folder / "keyring.json"

    @property
    def journal(self) -> Path:
        """The file of the audit journal."""
        return self.audit_file or self.folder / "audit.ndjson"

    @property
    def quotas(self) -> Mapping[CallerKind, int]:
        """Cost units a minute, by kind of caller; 0 is no limit."""
        return {
            CallerKind.STAFF: self.rate_staff,
            CallerKind.PARTNER: self.rate_partner,
            CallerKind.SERVICE: self.rate_service,
        }

    def deadline(self, kind: CallerKind) -> float:
        """Return within how many seconds such a caller has an answer."""
        return {
            CallerKind.STAFF: self.deadline_staff,
            CallerKind.PARTNER: self.deadline_partner,
            CallerKind.SERVICE: self.deadline_service,
        }[kind]

    def purpose(self, kind: CallerKind) -> Purpose | None:
        """Return the purpose of a request that names none."""
        return self.default_purpose or (None if self.production else USUAL_PURPOSES[kind])

    def most_customers(self, kind: CallerKind) -> int:
        """Return how many customers one operation of such a caller may ask for."""
        return {
            CallerKind.STAFF: self.customers_staff,
            CallerKind.PARTNER: self.customers_partner,
            CallerKind.SERVICE: self.customers_service,
        }[kind]
