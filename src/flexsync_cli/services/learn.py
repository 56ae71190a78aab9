"""Records in state what was learnt of who is out; a no is in state before anything else is done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from flexsync_cli.domain import outs
from flexsync_cli.domain.bounces import hard_addresses
from flexsync_cli.domain.echoes import OwnWrite
from flexsync_cli.domain.events import ContactState, EventKind, PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import AddressKey, Link, Out, OutKind, OutSource
from flexsync_cli.ports import JournalEntry
from flexsync_cli.services import bounces, interrupted
from flexsync_cli.services.session import Session

# Which event each of our own writes comes back as.
ECHOES = {
    "unsubscribe": EventKind.UNSUBSCRIPTION,
    "create": EventKind.SUBSCRIPTION,
    "patch": EventKind.PROFILE_UPDATE,
    "put": EventKind.PROFILE_UPDATE,
    "interest_give": EventKind.PROFILE_UPDATE,
    "interest_take": EventKind.PROFILE_UPDATE,
}


# A call waits at most that long for its place; what is closed later was found out by a later run.
LONGEST_CALL = timedelta(minutes=30)
NO_COUNTS: Mapping[str, int] = MappingProxyType({})
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # housekeeping leaves as much of the journal as is still read


def record(session: Session, plan: outs.OutsPlan, counted: Mapping[str, int] = NO_COUNTS) -> None:
    """Outs and links, and what the opt-outs count of them, in one transaction."""
    with session.state.transaction():
        session.state.outs.save(plan.outs)
        session.state.links.save(plan.links.values())
        interrupted.note(session, "opt_outs", counted)


def classify(
    session: Session, links: Iterable[Link], states: Sequence[PresentState] = (), gone: Sequence[Link] = ()
) -> outs.OutsPlan:
    """What present states, or an absence that nobody can explain, say of single contacts; recorded."""
    sight = outs.OutsSight(
        LinkBook(links),
        session.state.outs.all(),
        session.now(),
        session.there(),
        states=states,
        gone=gone,
        consents=session.state.outs.consents(),
        hard_bounced=hard_bounced(session, blacklisted(states)),
    )
    plan = outs.decide(sight)
    record(session, plan)
    return plan


def refused_out(session: Session, address: AddressKey) -> Out:
    """The out of a create that was refused because the address is blacklisted."""
    kind = OutKind.UNDELIVERABLE if address in hard_bounced(session, [address]) else OutKind.BLOCKED
    return Out(address, kind, OutSource.REFUSED, session.there(), session.now(), seen_inactive=True)


def blacklisted(states: Iterable[PresentState]) -> list[AddressKey]:
    """Those of whom only the bounces tell why."""
    return [state.address for state in states if state.state is ContactState.BLACKLISTED]


def hard_bounced(session: Session, of: Collection[AddressKey]) -> frozenset[AddressKey]:
    """Those of these addresses of which a hard bounce is known; this run's bounces are read first, if they matter."""
    open_questions = set(of) - {out.address for out in session.state.outs.all() if out.ended_at is None}
    known = frozenset(session.state.facts.get("hard_bounced") or ())
    if session.events is None or not open_questions - known:
        return known
    return known | hard_addresses(bounces.read(session).bounces)


def own_writes(session: Session) -> list[OwnWrite]:
    """What we wrote, as Flexmail may tell it back: begun and done, for a call may wait long for its place.

    The journal has the writes of late; who was unsubscribed by the office is known for ever.
    """
    writes = []
    for entry in session.state.journal.since(BEGINNING):
        if entry.kind in ECHOES and entry.done is not False:
            payload = entry.payload
            begun = datetime.fromisoformat(payload["there"])
            lasted = _lasted(session, entry)
            contact, address = payload.get("contact"), payload.get("address", "")
            writes.append(OwnWrite(ECHOES[entry.kind], contact, address, begun, begun + lasted))
    noted = {write.contact_id for write in writes if write.kind is EventKind.UNSUBSCRIPTION}
    return writes + [
        OwnWrite(EventKind.UNSUBSCRIPTION, out.contact_id, out.address, out.at)
        for out in session.state.outs.all()
        if out.source is OutSource.LEAVE and out.contact_id not in noted
    ]


def _lasted(session: Session, entry: JournalEntry) -> timedelta:
    """For how long it may have taken effect: a call not for long, an import until it is known to be over."""
    if "import" in entry.payload:
        return (entry.closed_at or session.now()) - entry.at
    return min((entry.closed_at or entry.at) - entry.at, LONGEST_CALL)
