"""How a database of ours becomes one of the present version: Alembic's steps. Loaded where there are steps to take."""

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_LOCATION: Final = "sources.sql:migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _LOCATION)
    return config


_SCRIPTS: Final = ScriptDirectory.from_config(_config())


def head() -> str | None:
    """Return the revision that the steps lead to."""
    return _SCRIPTS.get_current_head()


def knows(revision: str) -> bool:
    """Tell whether a step leads to this revision."""
    return revision in {script.revision for script in _SCRIPTS.walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Take the steps that are left, on a connection and in its transaction."""
    command.upgrade(_config(connection), "head")
