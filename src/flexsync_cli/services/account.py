"""What the Flexmail account knows: read when a write needs it, at most daily, and kept in state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.fields import match_fields
from flexsync_cli.domain.model import CustomField, FieldType, Interest, Source
from flexsync_cli.errors import Misconfigured
from flexsync_cli.services.session import Session

T = TypeVar("T")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Account:
    """The account's lists, each cached in a fact with the moment it was read."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def custom_fields(self, max_age: timedelta | None = None) -> Sequence[CustomField]:
        """All custom fields; no call where the configuration maps none."""
        if not self._session.settings.fields:
            return ()
        return self._list("custom_fields", self._session.flexmail.custom_fields, _custom_field, max_age)

    def languages(self, max_age: timedelta | None = None) -> Sequence[str]:
        """The contact languages of the account."""
        return self._list("languages", self._session.flexmail.languages, str, max_age)

    def interests(self, max_age: timedelta | None = None) -> Sequence[Interest]:
        """All interests."""
        return self._list("interests", self._session.flexmail.interests, lambda item: Interest(**item), max_age)

    def source_id(self) -> int:
        """The id of `flexmail.source`, which may be given by name or by id."""
        wanted = self._session.settings.source.strip()
        if wanted.isdecimal():
            return int(wanted)
        for max_age in (DAY, MINUTE):  # a list that was kept may be out of date
            sources = self._list("sources", self._session.flexmail.sources, lambda item: Source(**item), max_age)
            for source in sources:
                if source.name.strip().casefold() == wanted.casefold():
                    return source.id
        names = ", ".join(sorted(f'"{source.name}"' for source in sources)) or "none"
        raise Misconfigured(f"flexmail.source: the account has no such source; it has {names}")

    def is_stale(self) -> bool:
        """Whether the lists that shape a contact are older than a day, or were never read."""
        names = ("custom_fields", "languages") if self._session.settings.fields else ("languages",)
        return any(self._age(self._session.state.facts.get(name)) >= DAY for name in names)

    def shape(self, max_age: timedelta | None = None) -> Shape:
        """How relations become contacts now. A mapped field that Flexmail lacks is suspended: it is left out."""
        settings = self._session.settings
        mapped, _ = match_fields(settings.fields, self.custom_fields(max_age))
        return Shape(
            custom_fields=mapped,
            language_codes=settings.language_codes,
            account_languages=tuple(self.languages(max_age)),
            default_language=settings.language,
            blank=settings.blank,
            repair=not settings.opt_in,
            interests_field=settings.interests_field,
        )

    def suspended(self) -> tuple[str, ...]:
        """Mapped fields that Flexmail lacked when its list was read last."""
        return match_fields(self._session.settings.fields, self.custom_fields())[1]

    def add_interest(self, interest: Interest) -> None:
        """Keep one that was just made with those that were read."""
        kept = self._session.state.facts.get("interests")
        self._session.state.facts.put("interests", {**kept, "items": [*kept["items"], _encode(interest)]})

    def forget_interests(self) -> None:
        """Read the interests again when they are next needed."""
        self._session.state.facts.put("interests", None)

    def _list(
        self,
        name: str,
        read: Callable[[], Sequence[T]],
        decode: Callable[[Any], T],
        max_age: timedelta | None,
    ) -> Sequence[T]:
        kept = self._session.state.facts.get(name)
        if kept is None or (max_age is not None and self._age(kept) >= max_age):
            items = tuple(read())
            self._session.state.facts.put(name, as_fact(items, self._session.now()))
            return items
        return tuple(decode(item) for item in kept["items"])

    def _age(self, kept: Mapping[str, Any] | None) -> timedelta:
        return self._session.age(None if kept is None else kept["read_at"])


def as_fact(items: Sequence[object], read_at: datetime) -> dict[str, Any]:
    """One of the lists as state keeps it."""
    encoded = [item if isinstance(item, str) else _encode(item) for item in items]
    return {"read_at": read_at.isoformat(), "items": encoded}


def _encode(item: Any) -> dict[str, Any]:
    return asdict(item)


def _custom_field(item: Mapping[str, Any]) -> CustomField:
    kind = item["type"]
    return CustomField(item["id"], item["name"], item["placeholder"], None if kind is None else FieldType(kind))
