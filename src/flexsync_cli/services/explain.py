"""`explain`: gathers what is known of one person, and asks the push what it would decide. No call."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.case import Case, Outlook
from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.explain import Explanation, explain
from flexsync_cli.domain.holder import eligibility
from flexsync_cli.domain.known import Known
from flexsync_cli.domain.model import AddressKey, Link, LinkStatus, Relation, RelationId
from flexsync_cli.domain.plan import STOPPING, KeptPlan
from flexsync_cli.domain.push import PushPlan, Sight, decide
from flexsync_cli.ports import State
from flexsync_cli.services import routing
from flexsync_cli.services.account import Account
from flexsync_cli.services.bounces import HARD_BOUNCED
from flexsync_cli.services.happenings import Person, happenings
from flexsync_cli.services.learn import BEGINNING
from flexsync_cli.services.push import creates_wait
from flexsync_cli.services.reconcile import HELD
from flexsync_cli.services.session import Session

# Notes that give the reason of a verdict; others tell of values.
REASONS = frozenset(
    {
        "no_address",
        "bad_address",
        "active_unknown",
        "missing_there",
        "deleted_there",
        "address_of_another",
        "shadowed",
        "waiting",
    }
)


def explain_who(session: Session, who: str) -> list[Explanation]:
    """One explanation a relation that `who` names: by its id, by its contact's id, else by an address it has or had.

    An address that no relation has, but somebody who is out, is explained by itself. Empty: nobody.
    """
    known = session.known()
    ids = _find(session, known, who)
    if not ids:
        return []
    plan = decide(_sight(session, known), session.settings.rules, _shape(session))
    routing.leave_under_way(session, plan)
    plan.route = routing.route_of(session, plan, None)
    return [explain(_case(session, known, plan, relation_id, address_key(who))) for relation_id in ids]


def _find(session: Session, known: Known, who: str) -> Sequence[RelationId]:
    links = known.links.by_contact
    if any(relation.id == who for relation in session.relations()) or any(link.relation_id == who for link in links.values()):
        return [who]
    if who.isdecimal() and int(who) in links:
        return [links[int(who)].relation_id]
    key = address_key(who)
    if key is None:
        return []
    there = [relation.id for relation in session.relations() if address_key(relation.email) == key]
    before = [link.relation_id for link in known.links.by_any_address.get(key, ())]
    if there or before:
        return list(dict.fromkeys([*there, *before]))
    outs = session.state.outs
    remembered = key in {out.address for out in outs.all()} | {consent.address for consent in outs.consents()}
    return [""] if remembered else []


def _sight(session: Session, known: Known) -> Sight:
    """As a push that needs no listing sees it."""
    return Sight(
        relations=session.relations(),
        known=known,
        now=session.now(),
        held=frozenset(session.state.facts.get(HELD) or ()),
        creates_wait=creates_wait(session),
    )


def _shape(session: Session) -> Shape:
    """By the account's lists as they were read last; before that they are not known."""
    facts, settings = session.state.facts, session.settings
    if facts.get("languages") is not None and (not settings.fields or facts.get("custom_fields") is not None):
        return Account(session).shape()
    codes = dict(settings.language_codes)
    return Shape(language_codes=codes, account_languages=tuple(codes.values()), default_language=settings.language)


def _case(session: Session, known: Known, plan: PushPlan, relation_id: RelationId, asked: AddressKey | None) -> Case:
    relation = plan.selection.relations.get(relation_id)
    links = sorted(_links(known, relation_id), key=lambda link: (link.status is not LinkStatus.OPEN, -link.since.timestamp()))
    addresses = _addresses(relation, links, asked if not relation_id else None)
    address = next(iter(addresses), asked)
    outlook = _outlook(known, plan, relation_id)
    case = Case(
        relation_id=relation_id,
        address=address,
        relation=relation,
        eligibility=None if relation is None else eligibility(relation, session.settings.rules.crm_types),
        links=tuple(links),
        standing=None if address is None else known.outs.of_relation(relation_id, address),
        parked=known.parked.get(relation_id),
        sighting=known.sightings.get(relation_id),
        outlook=outlook,
        keeps_leavers=session.settings.keep_leavers,
        observes=session.settings.observe,
    )
    return _with_memory(case, session.state, addresses)


def _with_memory(case: Case, state: State, addresses: Collection[AddressKey]) -> Case:
    """What state remembers of these addresses, and what waits for a person."""
    outs = tuple(out for out in state.outs.all() if out.address in addresses)
    consents = tuple(each for each in state.outs.consents() if each.address in addresses)
    person = Person(case.relation_id, {link.contact_id for link in case.links}, addresses)
    return replace(
        case,
        outs=outs,
        consents=consents,
        bounced=case.address in (state.facts.get(HARD_BOUNCED) or ()),
        todos=tuple(todo for todo in state.todos.open() if case.relation_id and todo.relation_id == case.relation_id),
        plans=tuple(kept for kept in state.plans.open() if _holds_back(kept, case)),
        happenings=tuple(happenings(state.journal.since(BEGINNING), outs, consents, person)),
    )


def _outlook(known: Known, plan: PushPlan, relation_id: RelationId) -> Outlook:
    note = next((note for note in plan.notes if note.relation_id == relation_id and note.kind in REASONS), None)
    data = dict(note.data) if note else {}
    return Outlook(
        verdict=plan.verdicts.get(relation_id),
        reason=note.kind if note else "",
        data=data,
        changes=tuple(change for change in plan.changes if change.relation_id == relation_id),
        holder_mailed=data.get("by") in known.links.open_by_relation,
        leave_waits=plan.route is not None and any(leave.relation_id == relation_id for leave in plan.route.leaves_waiting),
    )


def _holds_back(kept: KeptPlan, case: Case) -> bool:
    """Whether it names the relation, or stops the whole push, of which there would be something for it."""
    refusal = kept.refusal
    named = case.relation_id != "" and any(item.relation_id == case.relation_id for item in refusal.items)
    return named or (bool(case.outlook.changes) and refusal.step == "push" and refusal.kind in STOPPING)


def _links(known: Known, relation_id: RelationId) -> Iterator[Link]:
    return (link for link in known.links.by_contact.values() if relation_id and link.relation_id == relation_id)


def _addresses(relation: Relation | None, links: Sequence[Link], asked: AddressKey | None) -> dict[AddressKey, None]:
    """The present one first, then those it had."""
    present = address_key(relation.email) if relation else None
    former = [each for link in links for each in (link.address, *sorted(link.addresses))]
    return {address: None for address in (present, asked, *former) if address is not None}
