"""What persons and staff do, and what becomes of the contacts."""

import pytest

from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.model import EventKind, Origin, State


def kinds(control: Control) -> list[EventKind]:
    return [event.kind for event in control.store.events]


def state(control: Control, address: str) -> State:
    return control.contact(address).state


def test_people_leave_and_come_back(control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    control.unsubscribe("an@kantoor.be")
    assert state(control, "an@kantoor.be") is State.UNSUBSCRIBED
    control.opt_in("an@kantoor.be", {"name": "Peeters"})
    assert (state(control, "an@kantoor.be"), contact.name) == (State.ACTIVE, "Peeters")
    control.complain("an@kantoor.be")
    assert state(control, "an@kantoor.be") is State.BLACKLISTED
    assert kinds(control) == [EventKind.UNSUBSCRIPTION, EventKind.SUBSCRIPTION, EventKind.UNSUBSCRIPTION]
    assert control.store.revived == [(contact.id, Origin.PERSON)]


def test_a_hard_bounce_blacklists_and_three_others_bounce_out(control: Control) -> None:
    control.add_contact("hard@kantoor.be")
    assert control.bounce("hard@kantoor.be").state is State.BLACKLISTED
    control.add_contact("soft@kantoor.be")
    states = [control.bounce("soft@kantoor.be", code="4.2.2", message="Mailbox full").state for _ in range(3)]
    assert states == [State.ACTIVE, State.ACTIVE, State.BOUNCED_OUT]


def test_a_new_person_opts_in(control: Control) -> None:
    assert control.opt_in("new@kantoor.be", {"language": "fr"}).language == "fr"
    assert control.opt_in("other@kantoor.be").language == "nl"
    assert control.addresses() == {"new@kantoor.be", "other@kantoor.be"}


def test_a_profile_change_may_move_the_address(control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    control.add_contact("bert@kantoor.be")
    control.change_profile("an@kantoor.be", {"name": "Peeters"}, new_address="an@elders.be")
    assert (contact.email, contact.name) == ("an@elders.be", "Peeters")
    with pytest.raises(ValueError, match="bert"):
        control.change_profile("an@elders.be", {}, new_address="bert@kantoor.be")
    with pytest.raises(KeyError):
        control.contact("an@kantoor.be")


def test_the_staff_leaves_no_events(control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.edit_contact("an@kantoor.be", {"name": "Peeters"}, new_address="an@elders.be")
    control.blacklist("an@elders.be")
    control.reactivate("an@elders.be")
    control.delete("an@elders.be")
    control.blacklist("never@kantoor.be")
    assert kinds(control) == []
    assert [contact.state for contact in control.contacts()] == [State.DELETED, State.BLACKLISTED]


def test_a_merge_keeps_one_id_and_the_others_address(control: Control) -> None:
    gone, kept = control.add_contact("an@kantoor.be"), control.add_contact("an@elders.be")
    control.merge(gone="an@kantoor.be", into="an@elders.be")
    assert control.contact("an@kantoor.be") is kept
    assert (gone.state, control.addresses()) == (State.DELETED, {"an@kantoor.be"})


def test_a_campaign_goes_to_who_is_active(control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    control.add_contact("out@kantoor.be", state=State.UNSUBSCRIBED)
    assert control.send_campaign("Maart").recipients == [contact.id]
    assert control.draft_campaign("April").sent_at is None
