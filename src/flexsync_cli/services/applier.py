"""Works through a push plan: one item's refusal stays its own, an outage or a refusal for the account ends the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.leaves import still_leaves
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update, Verdict
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable, Refused
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.refusals import ACCOUNT_REFUSED, Refusals, Tidings
from flexsync_cli.services.session import Session

FRESH = timedelta(minutes=30)
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
        self.refresh = refresh
        self.refusals = Refusals(session, plan, writer, tidings)
        self.outs = session.known().outs
        self.fresh_at = session.now()
        self.failures = 0

    def run(self) -> None:
        """Every change; the verdicts of the plan become what happened."""
        changes = self._in_order()
        if any(isinstance(change, Create) for change in changes):
            self.writer.account.source_id()  # a source that is not there is told before anything is written
        try:
            self._adopt([change for change in changes if isinstance(change, Adopt)])
            for change in changes:
                if change.relation_id in self.tidings.done:
                    continue
                self.session.stop.check()
                self._keep_fresh()
                self._one(change)
        finally:
            self.refusals.settle_blacklisted()

    def _adopt(self, changes: list[Adopt]) -> None:
        """What is there already, in one go."""
        adopted = [change for change in changes if self.outs.of_relation(change.relation_id, change.address) is None]
        if adopted:
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
            self.tidings.leaves_failed += verdict is Verdict.FAILED
        else:
            self.plan.verdicts[change.relation_id] = verdict
            self.tidings.done.add(change.relation_id)
        self.session.reporter.event(f"push.{_name(change, verdict)}", relation=change.relation_id)
        self.session.reporter.advance()

    def _keep_fresh(self) -> None:
        if self.session.now() - self.fresh_at > FRESH:
            self.outs = self.refresh()
            self.writer.reload()
            self.fresh_at = self.session.now()

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


def _name(change: Change, verdict: Verdict) -> str:
    return "left" if isinstance(change, Leave) and verdict is Verdict.OUT else verdict
