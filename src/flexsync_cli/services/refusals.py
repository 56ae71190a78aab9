"""What a refusal by Flexmail means for the relation whose write was refused."""

from dataclasses import dataclass, field
from typing import TypeAlias

from flexsync_cli.domain.model import ContactId, Link, Parked, RelationId
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update, Verdict
from flexsync_cli.domain.push import DOUBTED, PushPlan, parked_create
from flexsync_cli.errors import AccountRefused, Blacklisted, InactiveThere, Invalid, NotFound, Refused
from flexsync_cli.services import doubts, interrupted
from flexsync_cli.services.account import DAY
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.learn import classify
from flexsync_cli.services.reconcile import RECONCILED
from flexsync_cli.services.session import Session

ACCOUNT_REFUSED = "account_refused"

Contactable: TypeAlias = Create | Update | Move | Readdress | Adopt


class ListsChangedError(Exception):
    """The account's custom fields are others than thought: what is left must be planned anew."""


@dataclass(slots=True)
class Tidings:
    """What became of a plan beyond its verdicts. `done` are the relations whose change was tried,
    `leaves` the contacts whose leave was."""

    left: int = 0
    moved: int = 0
    newly_parked: int = 0
    leaves_failed: int = 0
    leaves: set[ContactId] = field(default_factory=set)
    done: set[RelationId] = field(default_factory=set)
    blacklisted: list[Contactable] = field(default_factory=list)


class Refusals:
    """Deals with the refusals of one plan. `creates_stopped` says whether no further create is to be tried."""

    def __init__(self, session: Session, plan: PushPlan, writer: ContactWriter, tidings: Tidings) -> None:
        self.session = session
        self.plan = plan
        self.writer = writer
        self.tidings = tidings
        self.creates_stopped = False
        self.consented = {consent.address for consent in session.state.outs.consents()}

    def judge(self, change: Change, refusal: Refused) -> Verdict:
        """What the relation is now."""
        if isinstance(change, Leave):
            return self._failed(change, refusal)
        match refusal:
            case AccountRefused() if isinstance(change, Create):
                return self._wait(change, refusal)
            case Blacklisted():
                return self._blacklisted(change)
            case InactiveThere():
                return self._inactive(change)
            case NotFound() if not isinstance(change, Create):
                return self._gone(change)
            case Invalid():
                self._check_lists()
                return self._park(change, "invalid", refusal.field)
            case _:
                return self._failed(change, refusal)

    def settle_blacklisted(self) -> None:
        """So few are believed: these persons are out. More hang on the meaning of a text, and wait for a person's word."""
        tidings = self.tidings
        if not tidings.blacklisted or len(tidings.blacklisted) > self.session.settings.limits.count:
            return
        refused = {change.relation_id: change.address for change in tidings.blacklisted}
        doubts.record(self.session, refused, {"newly_parked": -len(tidings.blacklisted)})
        for change in tidings.blacklisted:
            self.plan.verdicts[change.relation_id] = Verdict.OUT
        tidings.newly_parked -= len(tidings.blacklisted)
        tidings.blacklisted.clear()

    def _failed(self, change: Change, refusal: Refused) -> Verdict:
        self.session.reporter.warn(f"relation {change.relation_id}: Flexmail refused it with HTTP {refusal.status}")
        return Verdict.FAILED

    def _wait(self, change: Create, refusal: Refused) -> Verdict:
        """Refused for the account: creates wait, one probe a day, each time with another relation."""
        self.creates_stopped = True
        now = self.session.now().isoformat()
        before = self.session.state.facts.get(ACCOUNT_REFUSED) or {"since": now}
        probes = sorted({*before.get("relations", ()), change.relation_id})
        fact = {**before, "probed_at": now, "status": refusal.status, "relations": probes}
        self.session.state.facts.put(ACCOUNT_REFUSED, fact)
        self.session.reporter.warn(
            "Flexmail takes no new contacts now (contact limit, source, language or an option of the account); "
            "they wait, and one is tried again each day"
        )
        return Verdict.WAITING

    def _blacklisted(self, change: Contactable) -> Verdict:
        doubted = change.address not in self.consented
        if doubted:
            self.tidings.blacklisted.append(change)
            self.creates_stopped |= len(self.tidings.blacklisted) > self.session.settings.limits.count
        return self._park(change, DOUBTED if doubted else "blacklisted", "email", parked_create(change.address))

    def _inactive(self, change: Contactable) -> Verdict:
        """Flexmail knows the address, not active: SOAP says why; without it the relation is left alone."""
        states = self.session.events.states_of([change.address]) if self.session.events is not None else ()
        learnt = classify(self.session, self.writer.links.values(), states=states)
        if learnt.outs:
            return Verdict.OUT
        return self._park(change, "inactive_there", "email", parked_create(change.address))

    def _gone(self, change: Update | Move | Readdress | Adopt) -> Verdict:
        """The contact is no longer there: merged into another, deleted, or gone for a reason that only SOAP knows."""
        link = self.writer.links[change.contact_id]
        for address in dict.fromkeys((change.address, link.address)):
            if self.session.flexmail.find(address) is not None:
                self.writer.release(link)
                return self.writer.take_over(self.plan.selection.relations[change.relation_id], address)
        return self._unexplained(link)

    def _unexplained(self, link: Link) -> Verdict:
        events = self.session.events
        states = events.states_of([link.address]) if events is not None else ()
        learnt = classify(self.session, self.writer.links.values(), states=states, gone=() if events is not None else (link,))
        if learnt.outs:
            return Verdict.OUT
        self.session.state.facts.put(RECONCILED, None)  # the next run lists the contacts, and holds whoever is missing
        return Verdict.HELD

    def _check_lists(self) -> None:
        """A custom field may have been renamed: only that field is suspended then, not the relation."""
        account = self.writer.account
        if self.writer.lists_checked:
            return
        self.writer.lists_checked = True
        known = list(account.custom_fields())
        if list(account.custom_fields(max_age=DAY * 0)) != known:
            raise ListsChangedError

    def _park(self, change: Contactable, problem: str, field_name: str, fingerprint: str = "") -> Verdict:
        relation_id: RelationId = change.relation_id
        print_ = fingerprint or self.plan.fingerprints.get(relation_id, "")
        with self.session.state.transaction():
            self.session.state.parked.save([Parked(relation_id, print_, problem, field_name, self.session.now())])
            interrupted.note(self.session, "push", {"newly_parked": 1})
        self.tidings.newly_parked += 1
        what = "refused as blacklisted" if problem == DOUBTED else f"parked, {problem.replace('_', ' ')}"
        self.session.reporter.warn(f"relation {relation_id}: {what}")
        return Verdict.PARKED
