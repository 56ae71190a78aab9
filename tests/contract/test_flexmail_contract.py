"""What every Flexmail does, whichever it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from flexsync_cli.domain.events import ContactState
from flexsync_cli.domain.model import Contact, ContactId, Value
from flexsync_cli.errors import AccountRefused, AlreadyExists, Blacklisted, Invalid, NoImports, NotFound, Refused
from flexsync_cli.ports import ContactBody, Flexmail, ImportState
from tests.contract.flexmail_worlds import FIELDS, OWNER, World, memory_world, sandbox_world

NOOR = "noor@kantoor-voorbeeld.be"
LUC = "luc+nieuws@kantoor-voorbeeld.be"
NOBODY = 999_999
VALUES: dict[str, Value] = {"note": "é 😀", "staff": 4, "since": "2026-01-31", "software": ("Exact", "Yuki")}
INACTIVE = [state for state in ContactState if state is not ContactState.ACTIVE]


@pytest.fixture(params=[memory_world, sandbox_world], ids=["memory", "sandbox"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    make: Callable[[], AbstractContextManager[World]] = request.param
    with make() as world:
        yield world


@pytest.fixture
def flexmail(world: World) -> Flexmail:
    return world.flexmail


def body(flexmail: Flexmail, address: str = NOOR, values: Mapping[str, Value] | None = None) -> ContactBody:
    """A whole contact, ready to be created."""
    return ContactBody(address, "Noor", "Claes", "nl", values, flexmail.sources()[0].id)


def shown(flexmail: Flexmail, contact_id: ContactId) -> Contact:
    contact = flexmail.contact(contact_id)
    assert contact is not None
    return contact


def tax(flexmail: Flexmail) -> str:
    return next(interest.id for interest in flexmail.interests() if interest.name == "Tax")


def test_the_account(flexmail: Flexmail) -> None:
    assert flexmail.owner() == OWNER
    assert list(flexmail.languages()) == ["nl", "fr", "en"]
    assert [source.name for source in flexmail.sources()] == ["Admin"]
    assert {field.placeholder: field.type for field in flexmail.custom_fields()} == FIELDS
    assert [interest.name for interest in flexmail.interests()] == ["Tax"]


def test_an_empty_account_has_no_contacts(flexmail: Flexmail) -> None:
    assert flexmail.contacts() == {}
    assert flexmail.contacts(tax(flexmail)) == {}
    assert flexmail.find(NOOR) is None
    assert flexmail.contact(NOBODY) is None


def test_what_is_created_is_found_as_it_was_sent(flexmail: Flexmail) -> None:
    contact_id = flexmail.create(body(flexmail, LUC, VALUES))
    expected = Contact(contact_id, LUC, "Noor", "Claes", "nl", VALUES)
    assert flexmail.find(LUC) == expected
    assert flexmail.contact(contact_id) == expected
    assert flexmail.contacts() == {contact_id: expected}


def test_an_empty_value_is_not_created(flexmail: Flexmail) -> None:
    contact_id = flexmail.create(body(flexmail, values={"note": None}))
    assert shown(flexmail, contact_id).custom_fields == {}


def test_listings_of_more_than_a_page(world: World) -> None:
    added = {world.add(f"c{number}@kantoor-voorbeeld.be") for number in range(1201)}
    assert set(world.flexmail.contacts()) == added


@pytest.mark.parametrize("state", INACTIVE)
def test_only_active_contacts_are_listed(world: World, state: ContactState) -> None:
    world.add(NOOR, state)
    active = world.add(LUC)
    assert set(world.flexmail.contacts()) == {active}
    assert world.flexmail.find(NOOR) is None


@pytest.mark.parametrize("state", INACTIVE)
def test_nobody_is_made_active_by_a_create(world: World, state: ContactState) -> None:
    old = world.add(NOOR, state)
    if state is ContactState.DELETED:
        assert world.flexmail.create(body(world.flexmail)) != old
        return
    with pytest.raises(Blacklisted if state is ContactState.BLACKLISTED else AlreadyExists):
        world.flexmail.create(body(world.flexmail))
    assert world.flexmail.contacts() == {}


def test_an_address_that_is_there_is_refused(world: World) -> None:
    world.add(NOOR)
    with pytest.raises(AlreadyExists):
        world.flexmail.create(body(world.flexmail))


def test_a_deleted_contact_is_gone(world: World) -> None:
    gone = world.add(NOOR, ContactState.DELETED)
    assert world.flexmail.contact(gone) is None
    with pytest.raises(NotFound):
        world.flexmail.patch(gone, ContactBody(name="Claes"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"note": 4}, "note"),
        ({"staff": "four"}, "staff"),
        ({"since": "31/01/2026"}, "since"),
        ({"software": "Exact"}, "software"),
        ({"unknown": "text"}, "unknown"),
    ],
)
def test_a_wrong_value_names_its_field(flexmail: Flexmail, values: dict[str, Value], field: str) -> None:
    contact_id = flexmail.create(body(flexmail, LUC))
    for act in (
        lambda: flexmail.create(body(flexmail, values=values)),
        lambda: flexmail.patch(contact_id, ContactBody(custom_fields=values)),
    ):
        with pytest.raises(Invalid) as caught:
            act()
        assert caught.value.field == field
    assert flexmail.find(NOOR) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (ContactBody("Noor@kantoor-voorbeeld.be", "Noor", "Claes", "nl"), "email"),
        (ContactBody("no address", "Noor", "Claes", "nl"), "email"),
        (ContactBody(NOOR, "N" * 51, "Claes", "nl"), "first_name"),
        (ContactBody(NOOR, "Noor", "C" * 51, "nl"), "name"),
    ],
)
def test_a_wrong_standard_value_names_its_field(flexmail: Flexmail, wrong: ContactBody, field: str) -> None:
    source = flexmail.sources()[0].id
    with pytest.raises(Invalid) as caught:
        flexmail.create(ContactBody(wrong.email, wrong.first_name, wrong.name, wrong.language, source=source))
    assert caught.value.field == field


def test_what_holds_for_all_creates_is_the_accounts(world: World) -> None:
    source = world.flexmail.sources()[0].id
    refused = [ContactBody(NOOR, language="de", source=source), ContactBody(NOOR, language="nl", source=source + 99)]
    for contact in refused:
        with pytest.raises(AccountRefused):
            world.flexmail.create(contact)
    world.add(LUC)
    world.limit(1)
    with pytest.raises(AccountRefused):
        world.flexmail.create(body(world.flexmail))


def test_a_language_that_the_account_lacks_is_the_changed_contacts(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.flexmail.patch(world.add(NOOR), ContactBody(language="de"))
    assert caught.value.field == "language"


def test_patch_changes_what_it_mentions(flexmail: Flexmail) -> None:
    contact_id = flexmail.create(body(flexmail, values=VALUES))
    flexmail.patch(contact_id, ContactBody(name="", custom_fields={"staff": 5, "note": None}))
    kept: dict[str, Value] = {"staff": 5, "since": "2026-01-31", "software": ("Exact", "Yuki")}
    assert shown(flexmail, contact_id) == Contact(contact_id, NOOR, "Noor", "", "nl", kept)


def test_patch_leaves_the_address(flexmail: Flexmail) -> None:
    contact_id = flexmail.create(body(flexmail))
    flexmail.patch(contact_id, ContactBody(email=LUC, name="Maes", source=NOBODY))
    assert (shown(flexmail, contact_id).email, shown(flexmail, contact_id).name) == (NOOR, "Maes")


def test_put_changes_the_address_and_keeps_the_id(flexmail: Flexmail) -> None:
    contact_id = flexmail.create(body(flexmail, values=VALUES))
    flexmail.put(contact_id, ContactBody(LUC, "Luc", "Maes", "fr", {**VALUES, "note": None}))
    assert flexmail.find(NOOR) is None
    found = flexmail.find(LUC)
    assert found is not None
    assert (found.id, found.first_name, found.name, found.language) == (contact_id, "Luc", "Maes", "fr")
    assert found.custom_fields == {key: value for key, value in VALUES.items() if key != "note"}


def test_an_address_that_was_left_is_free(flexmail: Flexmail) -> None:
    first = flexmail.create(body(flexmail))
    flexmail.put(first, ContactBody(LUC, "Luc", "Maes", "fr"))
    assert flexmail.create(body(flexmail)) != first


@pytest.mark.parametrize("state", [ContactState.ACTIVE, ContactState.UNSUBSCRIBED, ContactState.BLACKLISTED])
def test_put_takes_no_address_that_somebody_has(world: World, state: ContactState) -> None:
    world.add(LUC, state)
    contact_id = world.add(NOOR)
    with pytest.raises(Blacklisted if state is ContactState.BLACKLISTED else AlreadyExists):
        world.flexmail.put(contact_id, ContactBody(LUC, "Noor", "Claes", "nl"))
    assert shown(world.flexmail, contact_id).email == NOOR


def test_put_needs_everything(world: World) -> None:
    with pytest.raises(Refused):
        world.flexmail.put(world.add(NOOR), ContactBody(LUC, "Noor"))


def test_unsubscribe_takes_a_contact_from_the_listing(world: World) -> None:
    contact_id = world.add(NOOR)
    world.flexmail.unsubscribe(contact_id)
    world.flexmail.unsubscribe(contact_id)
    assert world.flexmail.contacts() == {}
    assert world.flexmail.find(NOOR) is None
    assert shown(world.flexmail, contact_id).email == NOOR


def test_changing_somebody_who_is_out_brings_nobody_back(world: World) -> None:
    contact_id = world.add(NOOR)
    world.flexmail.unsubscribe(contact_id)
    world.flexmail.patch(contact_id, ContactBody(name="Maes"))
    world.flexmail.put(contact_id, ContactBody(LUC, "Noor", "Maes", "nl"))
    assert world.flexmail.contacts() == {}


def test_nobody_can_be_changed(flexmail: Flexmail) -> None:
    whole = ContactBody(NOOR, "Noor", "Claes", "nl")
    acts: list[Callable[[], object]] = [
        lambda: flexmail.patch(NOBODY, whole),
        lambda: flexmail.put(NOBODY, whole),
        lambda: flexmail.unsubscribe(NOBODY),
        lambda: flexmail.interests_of(NOBODY),
        lambda: flexmail.add_interest_to(NOBODY, tax(flexmail)),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_interests_are_given_and_taken_any_number_of_times(world: World) -> None:
    flexmail, contact_id, interest = world.flexmail, world.add(NOOR), tax(world.flexmail)
    world.add(LUC)
    for _ in range(2):
        flexmail.add_interest_to(contact_id, interest)
    assert list(flexmail.interests_of(contact_id)) == [interest]
    assert list(flexmail.contacts(interest)) == [contact_id]
    for _ in range(2):
        flexmail.take_interest_from(contact_id, interest)
    assert list(flexmail.interests_of(contact_id)) == []
    assert flexmail.contacts(interest) == {}


def test_an_interest_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(Refused):
        world.flexmail.add_interest_to(world.add(NOOR), "1f0b2e6c-0000-4000-8000-00000000000f")


def test_an_interest_is_made_once(flexmail: Flexmail) -> None:
    made = flexmail.add_interest("Sociaal recht")
    assert flexmail.add_interest("Sociaal recht") == made
    assert {interest.name for interest in flexmail.interests()} == {"Tax", "Sociaal recht"}
    with pytest.raises(Invalid):
        flexmail.add_interest("x" * 51)


def carried_out(flexmail: Flexmail, *bodies: ContactBody) -> ImportState:
    """What became of an import of these."""
    import_id = str(uuid4())
    flexmail.open_import(import_id)
    flexmail.fill_import(import_id, bodies)
    flexmail.start_import(import_id)
    for _ in range(10):
        state = flexmail.import_state(import_id)
        assert state is not None
        assert state.started
        if state.over:
            return state
    raise AssertionError("it is never over")


def test_an_import_creates_who_is_new_and_changes_who_is_there(world: World) -> None:
    flexmail = world.flexmail
    there = flexmail.create(body(flexmail, LUC, VALUES))
    state = carried_out(flexmail, body(flexmail, values=VALUES), ContactBody(email=LUC, name="Peeters"))
    assert (state.added, state.updated, state.ignored) == (1, 1, 0)
    new = flexmail.find(NOOR)
    assert new is not None
    assert new == Contact(new.id, NOOR, "Noor", "Claes", "nl", VALUES)
    assert shown(flexmail, there) == Contact(there, LUC, "Noor", "Peeters", "nl", VALUES)


@pytest.mark.parametrize("state", [state for state in INACTIVE if state is not ContactState.DELETED])
def test_an_import_passes_over_who_is_not_active(world: World, state: ContactState) -> None:
    world.add(NOOR, state)
    report = carried_out(world.flexmail, body(world.flexmail))
    assert (report.added, report.updated, report.ignored) == (0, 0, 1)
    assert world.flexmail.contacts() == {}


def test_an_import_passes_over_what_it_refuses(flexmail: Flexmail) -> None:
    report = carried_out(flexmail, body(flexmail, values={"staff": "four"}), body(flexmail, LUC))
    assert (report.added, report.ignored) == (1, 1)
    assert flexmail.find(NOOR) is None


def test_nothing_happens_before_an_import_is_started(flexmail: Flexmail) -> None:
    import_id = str(uuid4())
    flexmail.open_import(import_id)
    flexmail.fill_import(import_id, [body(flexmail)])
    assert flexmail.import_state(import_id) == ImportState(started=False, over=False)
    assert flexmail.contacts() == {}


def test_an_import_may_be_begun_twice_under_one_id(flexmail: Flexmail) -> None:
    import_id = str(uuid4())
    flexmail.open_import(import_id)
    flexmail.open_import(import_id)
    assert flexmail.import_state(import_id) is not None


def test_of_an_import_that_was_never_begun_nothing_is_known(flexmail: Flexmail) -> None:
    assert flexmail.import_state(str(uuid4())) is None


def test_one_import_at_a_time(flexmail: Flexmail) -> None:
    first, second = str(uuid4()), str(uuid4())
    for import_id in (first, second):
        flexmail.open_import(import_id)
        flexmail.fill_import(import_id, [body(flexmail)])
    flexmail.start_import(first)
    with pytest.raises(AlreadyExists):
        flexmail.start_import(second)


def test_an_account_without_imports_says_so(world: World) -> None:
    world.without_imports()
    with pytest.raises(NoImports):
        world.flexmail.open_import(str(uuid4()))
