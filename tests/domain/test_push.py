from collections import Counter
from dataclasses import replace

from hypothesis import given, settings

from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.leaves import SECOND_SIGHT
from flexsync_cli.domain.model import Contact, Link, LinkStatus, OutKind, Parked
from flexsync_cli.domain.plan import Adopt, Create, Leave, LeaveReason, Move, Readdress, Update, Verdict
from flexsync_cli.domain.push import DOUBTED, PushPlan, Sight, decide, parked_create
from flexsync_cli.domain.selection import Rules
from tests.domain.people import LONG_AGO, NOW, Office, link, offices, out, relation

A, B = "een@example.be", "twee@example.be"
SHAPE = Shape(language_codes={"N": "nl"}, account_languages=("nl", "fr"))
WRITTEN = {Create: Verdict.CREATED, Update: Verdict.UPDATED, Readdress: Verdict.UPDATED, Move: Verdict.UPDATED}


def planned(office: Office, *, held: frozenset[int] = frozenset(), retry: frozenset[str] = frozenset()) -> PushPlan:
    sight = Sight(office.relations, office.known, NOW, office.listing, held, retry)
    return decide(sight, Rules(), SHAPE)


@given(offices())
def test_each_selected_relation_is_in_exactly_one_count(office: Office) -> None:
    plan = planned(office)
    selected = {each.id for each in office.relations if Rules().selects(each)}
    assert set(plan.verdicts) == selected
    assert sum(Counter(plan.verdicts.values()).values()) == len(selected)


@given(offices())
def test_each_relation_has_at_most_one_change_and_its_verdict(office: Office) -> None:
    plan = planned(office)
    changes = [change for change in plan.changes if not isinstance(change, Leave)]
    assert len({change.relation_id for change in changes}) == len(changes)
    for change in changes:
        assert plan.verdicts[change.relation_id] is WRITTEN.get(type(change), Verdict.ADOPTED)
    changed = {change.relation_id for change in changes}
    unchanged = {Verdict.UNCHANGED, Verdict.SHADOWED, Verdict.OUT, Verdict.HELD}
    assert all(verdict in unchanged for relation_id, verdict in plan.verdicts.items() if relation_id not in changed)


@given(offices())
def test_nobody_who_is_out_is_in_any_change(office: Office) -> None:
    plan = planned(office)
    addresses = {each.address for each in office.outs}
    for change in plan.changes:
        if isinstance(change, Leave):
            continue
        assert change.address not in addresses
        assert plan.verdicts[change.relation_id] is not Verdict.OUT


@given(offices())
def test_nobody_leaves_whose_address_is_still_wanted(office: Office) -> None:
    plan = planned(office)
    used = {change.contact_id for change in plan.changes if not isinstance(change, Create | Leave)}
    leaving = [change for change in plan.changes if isinstance(change, Leave)]
    for leave in [*leaving, *plan.departures.missing, *plan.offered]:
        assert leave.contact_id not in used
        # Unless it is where the relation itself went on from, or another contact has the address now.
        assert leave.address not in plan.selection.holders or leave.reason is not LeaveReason.SUPERSEDED


@settings(max_examples=300)
@given(offices())
def test_what_was_done_is_not_done_again(office: Office) -> None:
    plan = planned(office)
    again = planned(_after(office, plan))
    assert [change for change in again.changes if not isinstance(change, Leave)] == []
    left = {change.contact_id for change in plan.changes if isinstance(change, Leave)}
    assert left.isdisjoint(change.contact_id for change in again.changes if isinstance(change, Leave))


def _after(office: Office, plan: PushPlan) -> Office:
    """The office once the plan was carried out."""
    links = {each.contact_id: each for each in [*office.links, *plan.departures.relinks]}
    outs = list(office.outs)
    for place, change in enumerate(plan.changes):
        if isinstance(change, Leave):
            status = LinkStatus.RELEASED if change.reason is LeaveReason.SUPERSEDED else LinkStatus.OUT
            links[change.contact_id] = replace(links[change.contact_id], status=status)
            outs.append(out(change.address, OutKind.OFFICE))
            continue
        contact_id = 5000 + place if isinstance(change, Create) else change.contact_id
        before = links.get(contact_id) or link(contact_id, 0, change.address, since=NOW)
        links[contact_id] = _written(before, change)
    listing = None if office.listing is None else _listed(links, office.listing, {each.address for each in outs})
    return Office(office.relations, list(links.values()), outs, listing=listing)


def _written(before: Link, change: Adopt | Create | Update | Readdress | Move) -> Link:
    base = {} if isinstance(change, Create | Readdress | Move) else dict(change.base)
    written = {} if isinstance(change, Adopt) else dict(change.values)
    stays = isinstance(change, Adopt | Update) and before.status is LinkStatus.OPEN and before.values["email"] == change.address
    return replace(
        before,
        relation_id=change.relation_id,
        address=before.address if stays else change.address,
        status=LinkStatus.OPEN,
        values={**base, **written, "email": change.address},
    )


def _listed(links: dict[int, Link], listing: dict[int, Contact], outs: set[str]) -> dict[int, Contact]:
    """What was active stays so, but for those who left; what is linked shows its values."""
    active = {each.contact_id: each for each in links.values() if each.contact_id in listing or each.contact_id >= 5000}
    active |= {each.contact_id: each for each in links.values() if each.status is LinkStatus.OPEN}
    shown = {
        each.contact_id: Contact(
            each.contact_id,
            each.address,
            str(each.values.get("first_name") or ""),
            str(each.values.get("name") or ""),
            str(each.values.get("language") or ""),
        )
        for each in active.values()
    }
    return {key: contact for key, contact in {**listing, **shown}.items() if contact.email not in outs}


def test_the_offices_reasons_for_a_leave() -> None:
    office = Office(
        [relation(1, A, ticked=False), relation(2, B, active=False)],
        [link(11, 1, A), link(12, 2, B), link(13, 3, "drie@example.be")],
    )
    plan = planned(office)
    assert [(change.contact_id, change.reason) for change in plan.changes if isinstance(change, Leave)] == [
        (11, LeaveReason.UNTICKED),
        (12, LeaveReason.INACTIVE),
    ]
    assert [(leave.contact_id, leave.reason) for leave in plan.departures.missing] == [(13, LeaveReason.GONE)]
    assert plan.departures.absent == []


def test_held_by_flexmail_holds_the_address_for_everybody() -> None:
    office = Office([relation(1, A), relation(2, A)], [link(11, 1, A)])
    plan = planned(office, held=frozenset({11}))
    assert set(plan.verdicts.values()) == {Verdict.HELD}
    assert plan.changes == []


def test_deleted_there_holds_the_address_until_it_is_asked_for() -> None:
    office = Office([relation(1, A), relation(2, A)], [link(11, 1, A, LinkStatus.DELETED)])
    assert set(planned(office).verdicts.values()) == {Verdict.HELD}
    assert planned(office, retry=frozenset({"1"})).verdicts == {"1": Verdict.CREATED, "2": Verdict.HELD}


def test_deleted_there_ends_with_a_new_contact() -> None:
    office = Office([relation(1, A)], [link(11, 1, A, LinkStatus.DELETED), link(12, 1, A)])
    assert planned(office).verdicts == {"1": Verdict.UNCHANGED}


def test_superseded_leaves_after_a_day_where_its_relation_is_mailed_elsewhere() -> None:
    links = [link(11, 1, A, LinkStatus.SUPERSEDED, since=NOW - SECOND_SIGHT), link(12, 1, B)]
    (leave,) = planned(Office([relation(1, B)], links)).changes
    assert (leave.contact_id, leave.reason) == (11, LeaveReason.SUPERSEDED) if isinstance(leave, Leave) else leave
    early = [replace(links[0], since=NOW - SECOND_SIGHT / 2), links[1]]
    assert planned(Office([relation(1, B)], early)).changes == []
    assert planned(Office([relation(1, "no address")], links)).changes == []


def test_superseded_of_a_row_that_is_gone_waits_as_any() -> None:
    office = Office([], [link(11, 1, A, LinkStatus.SUPERSEDED)])
    plan = planned(office)
    assert plan.changes == []
    assert [leave.reason for leave in plan.departures.missing] == [LeaveReason.GONE]


def test_parked_holds_while_the_same_would_be_sent() -> None:
    office = Office([relation(1, A)])
    print_ = planned(office).fingerprints["1"]
    office.parked = [Parked("1", print_, "invalid", "name", LONG_AGO)]
    assert planned(office).verdicts == {"1": Verdict.PARKED}
    office.relations = [replace(office.relations[0], name="Maes")]
    assert planned(office).verdicts == {"1": Verdict.CREATED}


def test_an_address_that_is_not_active_there_is_parked_whatever_else_changes() -> None:
    parked = Parked("1", parked_create(B), "inactive_there", "email", LONG_AGO)
    assert planned(Office([relation(1, B)], parked=[parked])).verdicts == {"1": Verdict.PARKED}
    assert planned(Office([relation(1, B)], [link(11, 1, A)], parked=[parked])).verdicts == {"1": Verdict.PARKED}


def test_doubts_are_about_every_relation_at_the_address() -> None:
    parked = Parked("1", parked_create(A), DOUBTED, "email", LONG_AGO)
    plan = planned(Office([relation(1, A), relation(2, A)], parked=[parked]))
    assert [item.relation_id for item in plan.doubted] == ["1", "2"]


def test_the_same_on_both_sides_without_us_is_remembered() -> None:
    office = Office([replace(relation(1, A), name="Maes")], [link(11, 1, A)], listing={11: Contact(11, A, "An", "Maes", "nl")})
    plan = planned(office)
    assert plan.changes == []
    assert [each.values["name"] for each in plan.departures.relinks] == ["Maes"]


def test_offers_are_active_contacts_that_admin_says_no_to() -> None:
    relations = [relation(1, A, ticked=False), relation(2, B, active=None), relation(3, B, ticked=False)]
    office = Office(relations, listing={50: Contact(50, A), 51: Contact(51, B), 52: Contact(52, "vreemd@example.be")})
    assert [leave.contact_id for leave in planned(office).offered] == [50]
