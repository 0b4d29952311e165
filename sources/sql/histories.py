"""Parts that are a history: the statements for the newest items of many, and for older ones of one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from msgspec import MsgspecError, Struct, json
from sqlalchemy import Select, bindparam, exists, func, select, tuple_

from sources.crn import Crn
from sources.errors import BadData, Fault, WrongSubject
from sources.parts import Part
from sources.parts.history import Keyset
from sources.source import Filter
from sources.sql.tables import TABLES, instant, moment
from sources.sql.texts import array, texts


class Filed(Struct):
    """What became of rows: items, faults in the place of whole customers, and where a cut history begins."""

    items: list[Any]
    faults: dict[Crn, Fault]
    complete_since: dict[Crn, datetime]


class Histories:
    """The items of histories."""

    def __init__(self, part: Part[Any], system: str) -> None:
        self._table: Final = TABLES[part.name]
        self._decode: Final = json.Decoder(part.row).decode
        self._decode_all: Final = json.Decoder(list[part.row]).decode  # type: ignore[name-defined]
        self._system: Final = system
        self.newest: Final = self._newest()

    def filed(self, rows: Iterable[Any], floor: datetime) -> Filed:
        """Return the rows of `newest`, read; a record that cannot be used costs its customer's history."""
        filed = Filed([], {}, {})
        for crn, records, edge, older in rows:
            if edge is not None:
                filed.complete_since[crn] = moment(edge + 1)
            elif older:
                filed.complete_since[crn] = floor
            if records is not None:
                items = self._items(crn, records)
                if isinstance(items, Fault):
                    filed.faults[crn] = items
                else:
                    filed.items += items
        return filed

    def item(self, crn: Crn, number: str, at: int, record: str) -> Any:
        """Return the item that a row of `page` holds, or the fault that it is."""
        try:
            item = self._decode(record)
            if item.crn != crn:
                return WrongSubject(self._system)
            if item.id == number and instant(item.at) == at:
                return item
        except (MsgspecError, ValueError):
            pass
        return BadData(self._system, "record")

    def page(
        self, crn: Crn, wanted: Filter, before: Keyset | None, size: int
    ) -> tuple[Select[Any], dict[str, str]]:
        """Return the statement, and its values, for `size` rows of one customer older than `before`."""
        table, values = self._table, {}
        rows = select(table.c.crn, table.c.id, table.c.at, table.c.record).where(table.c.crn == crn)
        if before is not None:
            rows = rows.where(tuple_(table.c.at, table.c.id) < tuple_(instant(before.at), before.id))
        for name, codes in (("id", wanted.ids), ("kind", wanted.kinds), ("channel", wanted.channels)):
            if codes:
                rows = rows.where(table.c[name].in_(select(texts(name).c.value)))
                values[name] = array(codes)
        if wanted.since is not None:
            rows = rows.where(table.c.at >= instant(wanted.since))
        if wanted.until is not None:
            rows = rows.where(table.c.at <= instant(wanted.until))
        return rows.order_by(table.c.at.desc(), table.c.id.desc()).limit(size), values

    def _items(self, crn: Crn, records: str) -> list[Any] | Fault:
        try:
            items: list[Any] = self._decode_all(f"[{records}]")
        except MsgspecError:
            return BadData(self._system, "record")
        if any(item.crn != crn for item in items):
            return WrongSubject(self._system)
        usable = items and all(item.at.tzinfo for item in items)
        return items if usable else BadData(self._system, "record")

    def _newest(self) -> Select[Any]:
        """Return the statement for the window of each of many customers: one row a customer.

        The rows of a customer are a subquery, so that every planner reaches them by the index and reads no
        record outside the window. The columns: the customer, the records as one text, the time of the newest
        item that is too many, and whether there are items before the window.
        """
        item, crns, floor = self._table.c, texts("crns"), bindparam("floor", type_=self._table.c.at.type)
        inside = (
            select(item.at, item.record)
            .where(item.crn == crns.c.value, item.at >= floor)
            .order_by(item.at.desc(), item.id.desc())
        )
        newest = inside.correlate(crns).limit(bindparam("items")).subquery("newest")
        edge = inside.with_only_columns(item.at).limit(1).offset(bindparam("items"))
        return select(
            crns.c.value,
            select(func.aggregate_strings(newest.c.record, ",")).scalar_subquery(),
            edge.scalar_subquery(),
            exists().where(item.crn == crns.c.value, item.at < floor),
        )
