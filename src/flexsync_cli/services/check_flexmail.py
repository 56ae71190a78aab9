"""Checks the Flexmail account: both tokens, and everything in it that the configuration names. Seven calls at most."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TypeVar

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.compare import is_empty
from flexsync_cli.domain.fields import UnfitValueError, match_fields, wire_value
from flexsync_cli.domain.model import CustomField, FieldType, Owner, Relation, Value
from flexsync_cli.errors import BudgetSpent, FlexmailLoginRefused, Misconfigured, Refused, Unavailable
from flexsync_cli.ports import Events, Facts, Flexmail
from flexsync_cli.services.account import as_fact
from flexsync_cli.services.check import Finding, Mender, bad, good, skipped
from flexsync_cli.services.session import Settings

T = TypeVar("T")

# Its stamps are in seconds, and an answer takes time; what is more is a wrong clock.
TOLERANCE = timedelta(minutes=2)
NOT_ASKED = "not asked: Flexmail could not be used"
FAILURES = (Unavailable, BudgetSpent, Refused)


class FlexmailCheck:
    """The account's side. `owner` is known after `rest`, where Flexmail told it.

    The lists are kept as a run keeps them: what was mended in Flexmail and found right here is right for the next run too.
    """

    def __init__(
        self,
        flexmail: Flexmail,
        events: Events | None,
        settings: Settings,
        facts: Facts,
        now: Callable[[], datetime],
        *,
        mails_owner: bool,
        maps_interests: bool,
    ) -> None:
        self._facts = facts
        self._flexmail = flexmail
        self._events = events
        self._settings = settings
        self._now = now
        self._mails_owner = mails_owner
        self._maps_interests = maps_interests
        self.owner: Owner | None = None

    def rest(self, relations: Sequence[Relation] = ()) -> Iterator[Finding]:
        """By the REST token; a refused one is not tried again. `relations` are Admin's, as far as they could be read."""
        try:
            self.owner = self._flexmail.owner()
        except FlexmailLoginRefused as error:
            yield bad("REST token", str(error), Mender.YOU)
            yield skipped("Flexmail's lists", NOT_ASKED)
        except FAILURES as error:
            yield bad("REST interface", str(error), Mender.PARTNER)
            yield skipped("Flexmail's lists", NOT_ASKED)
        else:
            yield good("REST token")
            yield from self._owner()
            for what, look in self._lists(relations):
                yield from _asked(what, look)

    def _owner(self) -> Iterator[Finding]:
        if not self._mails_owner:
            yield skipped("owner", "the summary goes to the addresses under summary.to")
        elif self.owner is None or address_key(self.owner.email) is None:
            yield bad("owner", "Flexmail names no owner who could get the summary: set summary.to", Mender.YOU)
        else:
            yield good("owner", "gets the summary")

    def _lists(self, relations: Sequence[Relation]) -> Sequence[tuple[str, Callable[[], Iterator[Finding]]]]:
        return (
            ("source", self._source),
            ("languages", self._languages),
            ("custom fields", lambda: self._fields(relations)),
            ("interests", self._interests),
        )

    def _source(self) -> Iterator[Finding]:
        wanted = self._settings.source.strip()
        sources = self._kept("sources", self._flexmail.sources())
        if any(str(source.id) == wanted or source.name.strip().casefold() == wanted.casefold() for source in sources):
            yield good("source", wanted)
        else:
            names = [source.name for source in sources]
            text = f'flexmail.source: the account has no "{wanted}"; {_known(wanted, names)}'
            yield bad("source", text, Mender.YOU)

    def _languages(self) -> Iterator[Finding]:
        there = self._kept("languages", self._flexmail.languages())
        named = {self._settings.language: "flexmail.language"}
        named = {code: f"[languages] {value}" for value, code in self._settings.language_codes.items()} | named
        lacking = [f'{key} = "{code}"' for code, key in named.items() if code not in there]
        if lacking:
            text = f"the account has no such language: {', '.join(lacking)}; it has {', '.join(there) or 'none'}"
            yield bad("languages", f"{text}. Add it in Flexmail, or map another", Mender.YOU)
        else:
            yield good("languages", ", ".join(there))

    def _fields(self, relations: Sequence[Relation]) -> Iterator[Finding]:
        names = self._settings.fields
        if not names:
            yield skipped("custom fields", "none is mapped under [fields]")
            return
        there = self._kept("custom_fields", self._flexmail.custom_fields())
        matched, _ = match_fields(names, there)
        for name in names:
            values = [relation.fields.get(name) for relation in relations]
            yield self._field(name, matched.get(name), there, values)

    def _field(self, name: str, found: CustomField | None, there: Sequence[CustomField], values: Sequence[Value]) -> Finding:
        what = f"custom field {name}"
        if found is None:
            known = _known(name, [field.placeholder or field.name for field in there])
            return bad(what, f"Flexmail has none of exactly this name: make it there, or correct [fields]; {known}", Mender.YOU)
        if found.type is None:
            return bad(what, "is of a type that flexsync doesn't know: make it free text in Flexmail", Mender.YOU)
        if name == self._settings.interests_field and found.type is not FieldType.MULTIPLE_CHOICE:
            return bad(what, f"interests.as_field needs a multiple choice, and this is {_type(found.type)}", Mender.YOU)
        return _fitting(what, found.type, values)

    def _interests(self) -> Iterator[Finding]:
        if self._settings.interests:
            there = self._kept("interests", self._flexmail.interests())
            yield good("interests", f"{len(there)} in Flexmail")
        elif self._settings.interests_field:
            yield skipped("interests", "are sent as a custom field")
        elif self._maps_interests:
            yield skipped("interests", "turned off: sync.interests = false")
        else:
            yield skipped("interests", "not mapped: there is no [admin.interests]")

    def _kept(self, name: str, items: Sequence[T]) -> Sequence[T]:
        self._facts.put(name, as_fact(items, self._now()))
        return items

    def soap(self) -> Iterator[Finding]:
        """By the SOAP token, if there is one; and the clock, which its answers tell."""
        if self._events is None:
            yield skipped("SOAP token", "none: no bounces, no clicks, and opt-outs are found by listing")
            yield skipped("account converted, clock", "can't be told without a SOAP token")
            return
        try:
            self._events.database_id()
        except FlexmailLoginRefused as error:
            yield bad("SOAP token", str(error), Mender.YOU)
            return
        except Misconfigured as error:
            yield good("SOAP token")
            yield bad("account converted", str(error), Mender.FLEXMAIL)
        except FAILURES as error:
            yield bad("SOAP interface", str(error), Mender.PARTNER)
            return
        else:
            yield good("SOAP token")
            yield good("account converted")
        yield self._clock(self._events.clock())

    def _clock(self, there: datetime | None) -> Finding:
        if there is None:
            return skipped("clock", "Flexmail's answer told no time")
        seconds = round((self._now() - there).total_seconds())
        if abs(seconds) <= TOLERANCE.total_seconds():
            return good("clock", "agrees with Flexmail's")
        off = f"{abs(seconds) // 60} minutes {'ahead of' if seconds > 0 else 'behind'} Flexmail's"
        return bad("clock", f"this machine's is {off}: have it set by a time server", Mender.PARTNER)


def _asked(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except FlexmailLoginRefused as error:
        yield bad(what, str(error), Mender.YOU)
    except FAILURES as error:
        yield bad(what, str(error), Mender.PARTNER)


def _fitting(what: str, kind: FieldType, values: Sequence[Value]) -> Finding:
    """Single values that don't fit are left out and told by mail; where none fits, the column or the type is wrong."""
    filled = [value for value in values if not is_empty(value)]
    unfit = sum(not _fits(value, kind) for value in filled)
    if not unfit:
        return good(what, _type(kind))
    if unfit == len(filled):
        text = f"is {_type(kind)} in Flexmail, and not one value in Admin is: correct the column under [fields], or the type"
        return bad(what, text, Mender.YOU)
    return good(what, f"{_type(kind)}; {unfit} of {len(filled)} values in Admin are none, and left out")


def _fits(value: Value, kind: FieldType) -> bool:
    try:
        wire_value(value, kind)
    except UnfitValueError:
        return False
    return True


def _known(wanted: str, names: Sequence[str]) -> str:
    """What there is instead: the nearest name, else all of them."""
    close = get_close_matches(wanted, names, n=1)
    return f'did you mean "{close[0]}"?' if close else "there are: " + (", ".join(sorted(names)) or "none")


def _type(kind: FieldType) -> str:
    return kind.value.replace("_", " ")
