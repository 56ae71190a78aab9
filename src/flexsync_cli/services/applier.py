"""Works through a push plan: one item's refusal stays its own, an outage or a refusal for the account ends the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias, assert_never

from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.leaves import still_leaves
from flexsync_cli.domain.model import Parked, RelationId
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update, Verdict
from flexsync_cli.domain.push import PushPlan, parked_create
from flexsync_cli.errors import (
    AccountRefused,
    Blacklisted,
    FlexmailLoginRefused,
    FlexmailUnavailable,
    InactiveThere,
    Invalid,
    NotFound,
    Refused,
)
from flexsync_cli.services.account import DAY
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.learn import classify, refused_out
from flexsync_cli.services.session import Session

FRESH = timedelta(minutes=30)
# One contact that Flexmail can't digest must not stop the others; several in a row are an outage.
PATIENCE = 3


Contactable: TypeAlias = Create | Update | Move | Readdress | Adopt


class ListsChangedError(Exception):
    """The account's custom fields are others than thought: what is left must be planned anew."""


@dataclass(slots=True)
class Tidings:
    """What became of a plan beyond its verdicts."""

    left: int = 0
    moved: int = 0
    newly_parked: int = 0
    leaves_failed: int = 0
    done: list[RelationId] = field(default_factory=list)
    blacklisted: list[Contactable] = field(default_factory=list)


class Applier:
    """Applies the changes of a plan in their order. `refresh` pulls the opt-outs again and tells who is out then."""

    def __init__(
        self, session: Session, plan: PushPlan, writer: ContactWriter, outs: OutBook, refresh: Callable[[], OutBook]
    ) -> None:
        self.session = session
        self.plan = plan
        self.writer = writer
        self.outs = outs
        self.refresh = refresh
        self.tidings = Tidings()
        self.fresh_at = session.now()
        self.failures = 0
        self.creates_stopped = False
        self.consented = {consent.address for consent in session.state.outs.consents()}

    def run(self, tidings: Tidings) -> None:
        """Every change; the verdicts of the plan become what happened."""
        self.tidings = tidings
        for change in self.plan.changes:
            self.session.stop.check()
            self._keep_fresh()
            verdict = self._try(change)
            if isinstance(change, Leave):
                tidings.leaves_failed += verdict is Verdict.FAILED
            else:
                self.plan.verdicts[change.relation_id] = verdict
                tidings.done.append(change.relation_id)
            self.session.reporter.event(f"push.{_name(change, verdict)}", relation=change.relation_id)
            self.session.reporter.advance()
        self._settle_blacklisted()

    def _settle_blacklisted(self) -> None:
        """So few refusals are believed: these persons are out. More hang on the meaning of a text, and wait for a person."""
        tidings = self.tidings
        if not tidings.blacklisted or len(tidings.blacklisted) > self.session.settings.limits.count:
            return
        outs = [refused_out(self.session, change.address) for change in tidings.blacklisted]
        with self.session.state.transaction():
            self.session.state.outs.save(outs)
            self.session.state.parked.remove([change.relation_id for change in tidings.blacklisted])
        for change in tidings.blacklisted:
            self.plan.verdicts[change.relation_id] = Verdict.OUT
        tidings.newly_parked -= len(tidings.blacklisted)
        tidings.blacklisted.clear()

    def _keep_fresh(self) -> None:
        if self.session.now() - self.fresh_at > FRESH:
            self.outs = self.refresh()
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
            verdict = self._refused(change, refusal)
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
                return Verdict.WAITING if self.creates_stopped else self._create(change)
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
        if self.session.state.facts.get("account_refused"):
            self.session.state.facts.put("account_refused", None)
        return verdict

    def _move(self, change: Move) -> Verdict:
        verdict = self.writer.move(change)
        self.tidings.moved += 1
        return verdict

    def _leave(self, change: Leave) -> Verdict:
        relation = self.session.admin.relation(change.relation_id)
        if still_leaves(relation, change, self.session.settings.rules):
            self.writer.leave(change)
            self.tidings.left += 1
        return Verdict.OUT

    def _refused(self, change: Change, refusal: Refused) -> Verdict:
        """What a refusal means for this relation."""
        if isinstance(change, Leave):
            return self._failed(change, refusal)
        match refusal:
            case AccountRefused() if isinstance(change, Create):
                return self._wait(refusal)
            case Blacklisted():
                return self._blacklisted(change)
            case InactiveThere():
                return self._inactive(change)
            case NotFound():
                return self._gone(change)
            case Invalid():
                self._check_lists()
                return self._park(change, "invalid", refusal.field)
            case _:
                return self._failed(change, refusal)

    def _failed(self, change: Change, refusal: Refused) -> Verdict:
        self.session.reporter.warn(f"relation {change.relation_id}: Flexmail refused it with HTTP {refusal.status}")
        return Verdict.FAILED

    def _wait(self, refusal: Refused) -> Verdict:
        """Refused for the account: creates wait, one probe a day."""
        self.creates_stopped = True
        now = self.session.now().isoformat()
        before = self.session.state.facts.get("account_refused") or {"since": now}
        self.session.state.facts.put("account_refused", {**before, "probed_at": now, "status": refusal.status})
        self.session.reporter.warn(
            "Flexmail takes no new contacts now (contact limit, source, language or an option of the account); "
            "they wait, and one is tried again each day"
        )
        return Verdict.WAITING

    def _blacklisted(self, change: Contactable) -> Verdict:
        verdict = self._park(change, "blacklisted", "email", parked_create(change.address))
        if change.address not in self.consented:
            self.tidings.blacklisted.append(change)
            self.creates_stopped = len(self.tidings.blacklisted) > self.session.settings.limits.count
        return verdict

    def _inactive(self, change: Contactable) -> Verdict:
        """Flexmail knows the address, not active: SOAP says why; without it the relation is left alone."""
        states = self.session.events.states_of([change.address]) if self.session.events is not None else ()
        learnt = classify(self.session, self.writer.links.values(), states=states)
        if learnt.outs:
            return Verdict.OUT
        return self._park(change, "inactive_there", "email", parked_create(change.address))

    def _gone(self, change: Contactable) -> Verdict:
        """The contact is no longer there: merged into another, deleted, or gone for a reason that only SOAP knows."""
        if isinstance(change, Create):
            return Verdict.FAILED
        link = self.writer.links[change.contact_id]
        if self.session.flexmail.find(change.address) is not None:
            self.writer.release(link)
            return self.writer.take_over(self.plan.selection.relations[change.relation_id], change.address)
        events = self.session.events
        states = events.states_of([link.address]) if events is not None else ()
        learnt = classify(self.session, self.writer.links.values(), states=states, gone=() if events is not None else (link,))
        return Verdict.OUT if learnt.outs else Verdict.HELD

    def _check_lists(self) -> None:
        """A mapped field may have been renamed: only that field is suspended then, not the relation."""
        known = self.writer.shape.custom_fields
        if not known or self.writer.lists_checked:
            return
        self.writer.lists_checked = True
        if dict(self.writer.account.shape(max_age=DAY * 0).custom_fields) != dict(known):
            raise ListsChangedError

    def _park(self, change: Contactable, problem: str, field_name: str, fingerprint: str = "") -> Verdict:
        relation_id: RelationId = change.relation_id
        print_ = fingerprint or self.plan.fingerprints.get(relation_id, "")
        self.session.state.parked.save([Parked(relation_id, print_, problem, field_name, self.session.now())])
        self.tidings.newly_parked += 1
        self.session.reporter.warn(f"relation {relation_id}: parked, {problem.replace('_', ' ')}")
        return Verdict.PARKED


def _name(change: Change, verdict: Verdict) -> str:
    return "left" if isinstance(change, Leave) and verdict is not Verdict.FAILED else verdict
