"""The office's database."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from flexsync_cli.domain.model import (
    Relation,
    RelationId,
    Value,
)


class FlagResult(StrEnum):
    """What became of one compare-and-set of a flag."""

    WRITTEN = "written"
    ALREADY = "already"
    GONE = "gone"
    REFUSED = "refused"  # it reads back otherwise: a trigger, or a right that lacks


@dataclass(frozen=True, slots=True)
class NewRelation:
    """A relation to create in Admin: active, newsletter ticked, with `opt_in.values` for the rest."""

    name: str
    first_name: str
    email: str
    language: str
    fields: Mapping[str, Value]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Communication:
    """One entry of a relation's log. `reference` is unique to it; `day` is Brussels'."""

    relation_id: RelationId
    day: date
    at: datetime
    subject: str
    text: str
    reference: str


class Admin(Protocol):
    """The office's database. Every method is one transaction; errors: AdminUnavailable, AdminLoginRefused."""

    def relations(self) -> Iterator[Relation]:
        """All rows, streamed, in the order of their id, each once."""

    def relation(self, relation_id: RelationId) -> Relation | None:
        """One row as it is now; None where it is gone."""

    def untick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Untick the newsletter flag, compare-and-set, all or none of them in one transaction, read back."""

    def tick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Tick it likewise; a relation without a newsletter row gets one."""

    def add_relation(self, new: NewRelation) -> RelationId:
        """Create a relation and its newsletter row; its id."""

    def rewrite(self, relation_id: RelationId, expected: Mapping[str, Value], new: Mapping[str, Value]) -> FlagResult:
        """Compare-and-set columns of a relation: keys "name", "first_name", "email", "language" or FIELD + name.

        Nothing is written unless every expected value still stands (ALREADY where all new values stand already).
        """

    def add_communication(self, communication: Communication) -> bool:
        """Write it unless it is there; whether it was written. Found by reference, else by relation, day and subject."""

    def has_communications(self) -> bool:
        """Whether a communications table is configured."""

    def lock(self) -> AbstractContextManager[None]:
        """The application lock on SQL Server; nothing elsewhere. Raises AlreadyRunning."""

    def close(self) -> None:
        """Let the connection go."""
