"""Communications: written once, never changed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Insert, Select, func, insert, select, types

from flexsync_cli.adapters.admin.tables import CommunicationColumns
from flexsync_cli.adapters.admin.values import as_id, bound, fitted, from_id, from_value, real_type
from flexsync_cli.errors import AdminUnavailable, Misconfigured
from flexsync_cli.ports import Communication

_BRUSSELS = ZoneInfo("Europe/Brussels")


def add_communication(connection: Connection, columns: CommunicationColumns, communication: Communication) -> bool:
    """Write it unless it is there, in the transaction of the connection; whether it was written."""
    lookup = communication_select(columns, communication)
    if connection.execute(lookup).scalar_one():
        return False
    connection.execute(communication_insert(columns, communication))
    if not connection.execute(lookup).scalar_one():  # it would be written again and again
        raise AdminUnavailable(
            "Admin's database changed a communication while it was stored, so that flexsync can't find it again; "
            "map a column of its own as admin.communications.reference"
        )
    return True


def communication_select(columns: CommunicationColumns, communication: Communication) -> Select[Any]:
    """How many there are: by reference where that is mapped, else by relation, day and subject."""
    counted = select(func.count()).select_from(columns.table)
    if columns.reference is not None:
        return counted.where(columns.reference == _whole(communication.reference, columns.reference))
    return counted.where(
        as_id(columns.relation_id) == from_id(communication.relation_id, columns.relation_id),
        _on_day(columns.day, communication.day),
        columns.subject == fitted(communication.subject, columns.subject),
    )


def communication_insert(columns: CommunicationColumns, communication: Communication) -> Insert:
    """The row, with the constants of the configuration."""
    values: dict[Column[Any], object] = {
        columns.table.columns[name]: bound(from_value(value, columns.table.columns[name]))
        for name, value in columns.constants.items()
    }
    values |= {
        columns.relation_id: from_id(communication.relation_id, columns.relation_id),
        columns.day: bound(_moment(columns.day, communication)),
        columns.subject: fitted(communication.subject, columns.subject),
        columns.text: fitted(communication.text, columns.text),
    }
    if columns.reference is not None:
        values[columns.reference] = _whole(communication.reference, columns.reference)
    return insert(columns.table).inline().values(values)  # its number is not asked for: a trigger could answer


def _moment(column: Column[Any], communication: Communication) -> object:
    """The day, or the minute of it in Brussels: a smalldatetime would round seconds up, past midnight too."""
    kind = real_type(column)
    if isinstance(kind, types.Date):
        return communication.day
    if isinstance(kind, types.DateTime):
        local = communication.at.astimezone(_BRUSSELS).time()
        return datetime.combine(communication.day, local.replace(second=0, microsecond=0))
    return communication.day.isoformat()


def _on_day(column: Column[Any], day: date) -> ColumnElement[bool]:
    kind = real_type(column)
    if isinstance(kind, types.Date):
        return column == day
    if isinstance(kind, types.DateTime):
        start = datetime.combine(day, time())
        return (column >= start) & (column < start + timedelta(days=1))
    return column == day.isoformat()


def _whole(reference: str, column: Column[Any]) -> str:
    if fitted(reference, column) != reference:
        raise Misconfigured(
            f'admin.communications.reference: column "{column.name}" is shorter than {len(reference)} characters'
        )
    return reference
