"""The graph of a deployment: whoever serves it, checks documents against it or looks at it means the same one."""

from gateway.engine.compiled import CompiledExecutor
from gateway.engine.prepared import Appraiser
from gateway.settings import Settings
from schema import build
from schema.build import Silent
from schema.deferring import Executor
from sources.crn import CrnScheme


def schema_of(settings: Settings, scheme: CrnScheme) -> Silent:
    """Return the schema that these settings come to, with what executes its operations."""
    return build(
        scheme,
        introspection=not settings.production,
        federation=settings.subgraph,
        executor=executor_of(settings),
    )


def executor_of(settings: Settings) -> type[Executor]:
    """Return what executes operations."""
    return CompiledExecutor if settings.compiled else Executor


def appraiser_of(settings: Settings, scheme: CrnScheme) -> Appraiser:
    """Return what looks at documents with the eyes of that schema."""
    return Appraiser(schema_of(settings, scheme)._schema, introspects=not settings.production)
