"""Records in state what was learnt of who is out; a no is in state before anything else is done."""

from collections.abc import Iterable, Sequence

from flexsync_cli.domain import outs
from flexsync_cli.domain.events import PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import AddressKey, Link, Out, OutKind, OutSource
from flexsync_cli.services.session import Session


def record(session: Session, plan: outs.OutsPlan) -> None:
    """Outs and links, in one transaction."""
    with session.state.transaction():
        session.state.outs.save(plan.outs)
        session.state.links.save(plan.links.values())


def classify(
    session: Session, links: Iterable[Link], states: Sequence[PresentState] = (), gone: Sequence[Link] = ()
) -> outs.OutsPlan:
    """What present states, or an absence that nobody can explain, say of single contacts; recorded."""
    sight = outs.OutsSight(
        LinkBook(links),
        session.state.outs.all(),
        session.now(),
        states=states,
        gone=gone,
        consents=session.state.outs.consents(),
        hard_bounced=hard_bounced(session),
    )
    plan = outs.decide(sight)
    record(session, plan)
    return plan


def refused_out(session: Session, address: AddressKey) -> Out:
    """The out of a create that was refused because the address is blacklisted."""
    kind = OutKind.UNDELIVERABLE if address in hard_bounced(session) else OutKind.BLOCKED
    return Out(address, kind, OutSource.REFUSED, session.now(), session.now(), seen_inactive=True)


def hard_bounced(session: Session) -> frozenset[AddressKey]:
    """The addresses of which a hard bounce is known."""
    return frozenset(session.state.facts.get("hard_bounced") or ())
