"""Admin in memory: for tests of everything that needs an office, and for trying things out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from flexsync_cli.domain.model import FIELD, Relation, RelationId, Value, id_order
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Communication, FlagResult, NewRelation


class MemoryAdmin:
    """The port `Admin` over a dictionary. `refusing` are relations whose newsletter flag a trigger would put back."""

    def __init__(self, relations: Iterable[Relation] = (), *, communications: bool = True) -> None:
        self.rows: dict[RelationId, Relation] = {relation.id: relation for relation in relations}
        self.communications: list[Communication] = []
        self.refusing: set[RelationId] = set()
        self._has_communications = communications

    def relations(self) -> Iterator[Relation]:
        """All rows in the order of their id."""
        for relation_id in sorted(self.rows, key=id_order):
            yield self.rows[relation_id]

    def relation(self, relation_id: RelationId) -> Relation | None:
        """One row."""
        return self.rows.get(relation_id)

    def untick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Untick all, or, where one is refused, none."""
        return self._set(relation_ids, wanted=False)

    def tick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Tick all, or, where one is refused, none."""
        return self._set(relation_ids, wanted=True)

    def add_relation(self, new: NewRelation) -> RelationId:
        """Create a relation under the next number. Constants of other columns are not kept."""
        new_id = str(1 + max((int(one) for one in self.rows if one.isdecimal()), default=0))
        fields = {name: value for name, value in new.fields.items() if value not in (None, "")}
        self.rows[new_id] = Relation(
            id=new_id,
            name=new.name,
            first_name=new.first_name,
            email=new.email,
            language=new.language,
            crm_type="",
            active=True,
            newsletter=True,
            fields=fields,
        )
        return new_id

    def rewrite(self, relation_id: RelationId, expected: Mapping[str, Value], new: Mapping[str, Value]) -> FlagResult:
        """Compare-and-set values of a relation."""
        relation = self.rows.get(relation_id)
        if relation is None:
            return FlagResult.GONE
        if _holds(relation, new):
            return FlagResult.ALREADY
        if not _holds(relation, expected):
            return FlagResult.REFUSED
        self.rows[relation_id] = _rewritten(relation, new)
        return FlagResult.WRITTEN

    def add_communication(self, communication: Communication) -> bool:
        """Write it unless its reference is there."""
        if not self._has_communications:
            raise Misconfigured("admin.communications: no table is configured")
        if any(one.reference == communication.reference for one in self.communications):
            return False
        self.communications.append(communication)
        return True

    def has_communications(self) -> bool:
        """Whether communications can be written."""
        return self._has_communications

    def lock(self) -> AbstractContextManager[None]:
        """Nothing: nobody else can see this Admin."""
        return nullcontext()

    def close(self) -> None:
        """Nothing to let go."""

    def _set(self, relation_ids: Collection[RelationId], *, wanted: bool) -> dict[RelationId, FlagResult]:
        due = [one for one in relation_ids if one in self.rows and self.rows[one].newsletter is not wanted]
        refused = not self.refusing.isdisjoint(due)
        if not refused:
            self.rows |= {one: replace(self.rows[one], newsletter=wanted) for one in due}
        results = {one: FlagResult.ALREADY if one in self.rows else FlagResult.GONE for one in relation_ids}
        return results | dict.fromkeys(due, FlagResult.REFUSED if refused else FlagResult.WRITTEN)


def _holds(relation: Relation, values: Mapping[str, Value]) -> bool:
    return all((_value_of(relation, key) or None) == (value or None) for key, value in values.items())


def _value_of(relation: Relation, key: str) -> Value:
    if key.startswith(FIELD):
        return relation.fields.get(key.removeprefix(FIELD))
    own = {"name": relation.name, "first_name": relation.first_name, "email": relation.email, "language": relation.language}
    return own[key]


def _rewritten(relation: Relation, new: Mapping[str, Value]) -> Relation:
    fields = {key.removeprefix(FIELD): value for key, value in new.items() if key.startswith(FIELD)}
    own = {key: str(value or "") for key, value in new.items() if not key.startswith(FIELD)}
    return replace(
        relation,
        name=own.get("name", relation.name),
        first_name=own.get("first_name", relation.first_name),
        email=own.get("email", relation.email),
        language=own.get("language", relation.language),
        fields={**relation.fields, **fields},
    )
