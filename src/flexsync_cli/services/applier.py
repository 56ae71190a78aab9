"""Works through a push plan: one item's refusal stays its own, an outage or a refusal for the account ends the rest."""

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.leaves import still_leaves
from flexsync_cli.domain.model import Link, RelationId
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update, Verdict
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.route import Importable
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable, Refused
from flexsync_cli.services import import_route, push_todos, routing
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.freshness import Freshness
from flexsync_cli.services.refusals import ACCOUNT_REFUSED, Refusals, Tidings
from flexsync_cli.services.session import Session

# One contact that Flexmail can't digest must not stop the others; several in a row are an outage.
PATIENCE = 3


class Applier:
    """Applies the changes of a plan in their order. `refresh` pulls the opt-outs again and tells who is out then."""

    def __init__(
        self, session: Session, plan: PushPlan, writer: ContactWriter, tidings: Tidings, refresh: Callable[[], OutBook]
    ) -> None:
        self.session = session
        self.plan = plan
        self.writer = writer
        self.tidings = tidings
        self.refusals = Refusals(session, plan, writer, tidings)
        self.outs = session.known().outs
        self.freshness = Freshness(session, refresh)
        self.failures = 0

    def run(self) -> None:
        """Every change; the verdicts of the plan become what happened."""
        changes = self._in_order()
        try:
            self._adopt([change for change in changes if isinstance(change, Adopt)])
            self._singly([change for change in changes if not isinstance(change, Create | Update)])
            self._together()
            self._singly([change for change in changes if isinstance(change, Create | Update)])
            self._take_up()
        finally:
            self.refusals.settle_blacklisted()

    def _singly(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.relation_id not in self.tidings.done:
                self.session.stop.check()
                self._keep_fresh()
                self._one(change)

    def _take_up(self) -> None:
        """What did not fit into the calls that the rest might have taken, as far as it fits into those that are left."""
        while taken := routing.take_up(self.session, self.plan):
            push_todos.expect_moves(self.session, self.plan)
            self.session.reporter.step("push", len(taken))
            self._singly(taken)

    def _together(self) -> None:
        """What goes by import. Whom it passed over is tried one by one after it, which tells why."""
        route = self.plan.route
        if route is None or not route.imported:
            return
        imported = self._admitted(route.imported)
        verdicts = import_route.take(self.session, self.writer, imported, route.probe, self._admitted)
        for relation_id, verdict in verdicts.items():
            self._told(relation_id, verdict)
        self.outs = self.session.known().outs

    def _admitted(self, changes: Sequence[Importable]) -> list[Importable]:
        """Those of an import that may still be made, as far as is known now."""
        self._keep_fresh()
        held = self.session.links().open_by_address
        return [change for change in changes if self._is_open(change, held.get(change.address))]

    def _is_open(self, change: Importable, there: Link | None) -> bool:
        """Whether it may be imported: nobody who is out is, nor whose address another's contact (`there`) still has."""
        if change.relation_id in self.tidings.done or (there is not None and there.relation_id != change.relation_id):
            return False
        return self.outs.of_relation(change.relation_id, change.address) is None

    def _adopt(self, changes: list[Adopt]) -> None:
        """What is there already, in one go, with the links that it takes the place of."""
        adopted = [change for change in changes if self.outs.of_relation(change.relation_id, change.address) is None]
        if not adopted and not self.plan.relinks:
            return
        with self.session.state.transaction():
            self.writer.relink(self.plan.relinks)
            self.writer.adopt_all(adopted)
        self.plan.verdicts.update((change.relation_id, Verdict.ADOPTED) for change in adopted)
        self.tidings.done.update(change.relation_id for change in adopted)
        self.session.reporter.event("push.adopted", relations=len(adopted))
        self.session.reporter.advance(len(adopted))

    def _in_order(self) -> list[Change]:
        """As planned, but last whose create was refused for the account before: perhaps it was for the relation's sake."""
        probes = set((self.session.state.facts.get(ACCOUNT_REFUSED) or {}).get("relations", ()))
        return sorted(self.plan.changes, key=lambda change: isinstance(change, Create) and change.relation_id in probes)

    def _one(self, change: Change) -> None:
        verdict = self._try(change)
        if isinstance(change, Leave):
            self.tidings.leaves.add(change.contact_id)
            self.tidings.leaves_failed += verdict is Verdict.FAILED
            self.session.reporter.event(f"push.{_name_of_leave(verdict)}", relation=change.relation_id)
            self.session.reporter.advance()
        else:
            self._told(change.relation_id, verdict)

    def _told(self, relation_id: RelationId, verdict: Verdict) -> None:
        self.plan.verdicts[relation_id] = verdict
        self.tidings.done.add(relation_id)
        self.session.reporter.event(f"push.{verdict}", relation=relation_id)
        self.session.reporter.advance()

    def _keep_fresh(self) -> None:
        outs = self.freshness.renew()
        if outs is not None:
            self.outs = outs
            self.writer.reload()

    def _try(self, change: Change) -> Verdict:
        try:
            verdict = self._apply(change)
        except FlexmailLoginRefused:
            raise
        except FlexmailUnavailable as error:
            self.failures += 1
            if self.failures >= PATIENCE:
                raise
            self.session.reporter.warn(f"relation {change.relation_id}: {error}")
            return Verdict.FAILED
        except Refused as refusal:
            verdict = self.refusals.judge(change, refusal)
        self.failures = 0
        return verdict

    def _apply(self, change: Change) -> Verdict:
        if isinstance(change, Leave):
            return self._leave(change)
        if self.outs.of_relation(change.relation_id, change.address) is not None:
            return Verdict.OUT
        relation = self.plan.selection.relations[change.relation_id]
        match change:
            case Create():
                return Verdict.WAITING if self.refusals.creates_stopped else self._create(change)
            case Adopt():
                return self.writer.adopt(change)
            case Update():
                return self.writer.update(change)
            case Move():
                return self._move(change)
            case Readdress():
                return self.writer.readdress(change, relation)
            case _:
                assert_never(change)

    def _create(self, change: Create) -> Verdict:
        verdict = self.writer.create(change, self.plan.selection.relations[change.relation_id])
        if self.session.state.facts.get(ACCOUNT_REFUSED):
            self.session.state.facts.put(ACCOUNT_REFUSED, None)
        return verdict

    def _move(self, change: Move) -> Verdict:
        verdict = self.writer.move(change)
        self.tidings.moved += 1
        return verdict

    def _leave(self, change: Leave) -> Verdict:
        relation = self.session.admin.relation(change.relation_id)
        if not still_leaves(relation, change, self.session.settings.rules):
            return Verdict.HELD
        self.writer.leave(change)
        self.tidings.left += 1
        return Verdict.OUT


def _name_of_leave(verdict: Verdict) -> str:
    return "left" if verdict is Verdict.OUT else verdict
