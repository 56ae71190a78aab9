"""Takes changes by contact import: a probe first where one is needed, then all of them together."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Create, Update, Verdict
from flexsync_cli.domain.price import IMPORTED
from flexsync_cli.domain.route import Importable
from flexsync_cli.services import import_probe, imports, learn
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.session import Session

# Asked before each import: those of its changes that may still be made.
Admit: TypeAlias = Callable[[Sequence[Importable]], Sequence[Importable]]


def take(
    session: Session, writer: ContactWriter, changes: Sequence[Importable], probe: Update | None, admit: Admit
) -> dict[RelationId, Verdict]:
    """What became of these; who is missing in the answer is to be tried one by one."""
    verdicts: dict[RelationId, Verdict] = {}
    if probe is not None and probe in changes:
        verdicts = import_probe.probe(session, writer, probe)
    if Verdict.WAITING in verdicts.values():
        return {change.relation_id: Verdict.WAITING for change in changes}
    if not import_probe.known(session):
        changes = [change for change in changes if isinstance(change, Create)]
    rest = [change for change in changes if change.relation_id not in verdicts]
    for start in range(0, len(rest), IMPORTED):
        part = rest[start : start + IMPORTED]
        if imports.under_way(session):
            verdicts |= {change.relation_id: Verdict.WAITING for change in part}
            continue
        if not imports.are_taken(session):
            break
        if admitted := admit(part):
            verdicts |= imports.carry(session, writer, admitted)
            _ask(session, writer, [change for change in admitted if change.relation_id not in verdicts])
    return verdicts


def _ask(session: Session, writer: ContactWriter, passed_over: Sequence[Importable]) -> None:
    """Of those whom an import passed over SOAP tells in few calls who is out."""
    if passed_over and session.events is not None:
        states = session.events.states_of([change.address for change in passed_over])
        learn.classify(session, writer.links.values(), states=states)
