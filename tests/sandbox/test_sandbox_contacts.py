"""Contacts over REST, statement by statement of the public material."""

from typing import Any

import httpx
import pytest

from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.model import EventKind, FieldType, Origin, State
from flexsync_cli.sandbox.serve import Sandbox


@pytest.fixture
def new(sandbox: Sandbox) -> dict[str, Any]:
    """A body that is accepted."""
    source = sandbox.source.id
    return {"email": "an@kantoor.be", "first_name": "An", "name": "Peeters", "language": "nl", "source": source}


def ids(page: dict[str, Any]) -> list[int]:
    return [item["id"] for item in page.get("_embedded", {}).get("item", [])]


def detail(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    return str(body["detail"])


def test_a_create_tells_the_id_and_the_contact_can_be_read(rest: httpx.Client, new: dict[str, Any]) -> None:
    created = rest.post("/contacts", json=new)
    assert created.status_code == 201
    contact_id = created.json()["id"]
    assert created.headers["location"] == f"/contacts/{contact_id}"
    shown = rest.get(f"/contacts/{contact_id}")
    assert shown.headers["content-type"] == "application/hal+json"
    assert shown.json() == {
        "id": contact_id,
        "email": "an@kantoor.be",
        "first_name": "An",
        "name": "Peeters",
        "language": "nl",
        "custom_fields": {},
        "_links": {
            "self": {"href": f"/contacts/{contact_id}"},
            "sources": {"href": f"/contacts/{contact_id}/sources"},
        },
    }


@pytest.mark.parametrize(
    ("tells", "in_body", "in_location"), [("body", True, False), ("location", False, True), ("nothing", False, False)]
)
def test_a_create_may_tell_its_id_in_one_place_only(
    rest: httpx.Client, control: Control, new: dict[str, Any], tells: Any, in_body: bool, in_location: bool
) -> None:
    control.quirks.create_tells = tells
    created = rest.post("/contacts", json=new)
    assert ("id" in created.json(), "location" in created.headers) == (in_body, in_location)


@pytest.mark.parametrize("state", [State.ACTIVE, State.UNSUBSCRIBED, State.BOUNCED_OUT, State.AWAITING])
def test_an_address_that_is_there_conflicts_whatever_its_state(
    rest: httpx.Client, control: Control, new: dict[str, Any], state: State
) -> None:
    control.add_contact("an@kantoor.be", state=state)
    refused = rest.post("/contacts", json=new)
    assert refused.status_code == 409
    assert "already exists" in detail(refused)
    assert [contact.state for contact in control.contacts()] == [state]


@pytest.mark.parametrize("status", [400, 422])
def test_a_blacklisted_address_is_refused_in_words(
    rest: httpx.Client, control: Control, new: dict[str, Any], status: int
) -> None:
    control.quirks.refusal_status = status
    control.blacklist("an@kantoor.be")
    refused = rest.post("/contacts", json=new)
    assert refused.status_code == status
    assert "blacklist" in detail(refused)


def test_a_deleted_address_is_free_and_gets_a_new_id(rest: httpx.Client, control: Control, new: dict[str, Any]) -> None:
    old = control.add_contact("an@kantoor.be").id
    control.delete("an@kantoor.be")
    created = rest.post("/contacts", json=new)
    assert created.status_code == 201
    assert created.json()["id"] != old
    assert rest.get(f"/contacts/{old}").status_code == 404


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"email": "An@kantoor.be"}, "upper case"),
        ({"email": "an.kantoor.be"}, "email"),
        ({"email": "a" * 200 + "@kantoor.be"}, "email"),
        ({"language": "de"}, "language"),
        ({"source": 1}, "source"),
        ({"source": "1001"}, "integer"),
        ({"first_name": "x" * 51}, "first_name"),
        ({"name": "x" * 51}, '"name"'),
        ({"name": None}, '"name"'),
        ({"custom_fields": []}, "object"),
        ({"custom_fields": {"shoe": "42"}}, "shoe"),
        ({"custom_fields": {"text": 1}}, "text"),
        ({"custom_fields": {"count": "1"}}, "count"),
        ({"custom_fields": {"count": True}}, "count"),
        ({"custom_fields": {"day": "2026-02-30"}}, "day"),
        ({"custom_fields": {"day": "2026-02-01T00:00:00"}}, "day"),
        ({"custom_fields": {"choice": "red"}}, "choice"),
        ({"custom_fields": {"choice": ["red", "pink"]}}, "pink"),
    ],
)
def test_what_is_refused_is_named_and_changes_nothing(
    rest: httpx.Client, control: Control, new: dict[str, Any], change: dict[str, Any], word: str
) -> None:
    add_fields(control)
    refused = rest.post("/contacts", json={**new, **change})
    assert refused.status_code == 400
    assert word in detail(refused)
    assert control.contacts() == []


@pytest.mark.parametrize("member", ["email", "language", "source"])
def test_a_create_requires(rest: httpx.Client, new: dict[str, Any], member: str) -> None:
    del new[member]
    assert member in detail(rest.post("/contacts", json=new))


def test_values_of_every_type_come_back_as_sent(rest: httpx.Client, control: Control, new: dict[str, Any]) -> None:
    add_fields(control)
    values = {"text": "é 😀", "count": 1.5, "day": "2026-02-01", "choice": ["red", "blue"]}
    created = rest.post("/contacts", json={**new, "custom_fields": values})
    assert rest.get(created.headers["location"]).json()["custom_fields"] == values


def test_a_full_account_takes_no_more(rest: httpx.Client, control: Control, new: dict[str, Any]) -> None:
    control.set_contact_limit(1)
    control.add_contact("bert@kantoor.be", state=State.UNSUBSCRIBED)
    assert rest.post("/contacts", json=new).status_code == 201
    assert "limit" in detail(rest.post("/contacts", json={**new, "email": "carl@kantoor.be"}))


def test_a_patch_changes_what_it_mentions(rest: httpx.Client, control: Control) -> None:
    add_fields(control)
    contact = control.add_contact("an@kantoor.be", name="Peeters", custom_fields={"text": "a", "count": 1})
    changed = rest.patch(f"/contacts/{contact.id}", json={"first_name": "An", "custom_fields": {"count": None}})
    assert (changed.status_code, changed.content) == (204, b"")
    shown = rest.get(f"/contacts/{contact.id}").json()
    assert (shown["first_name"], shown["name"], shown["custom_fields"]) == ("An", "Peeters", {"text": "a"})


@pytest.mark.parametrize(
    "body", [{"email": "x@kantoor.be"}, {"source": 1001}, {"language": "xx"}, {"custom_fields": {"no": 1}}]
)
def test_a_patch_refuses(rest: httpx.Client, control: Control, body: dict[str, Any]) -> None:
    contact = control.add_contact("an@kantoor.be")
    assert rest.patch(f"/contacts/{contact.id}", json=body).status_code == 400
    assert contact.email == "an@kantoor.be"


def test_a_put_replaces_the_address_and_wipes_fields_not_mentioned(rest: httpx.Client, control: Control) -> None:
    add_fields(control)
    contact = control.add_contact("an@kantoor.be", custom_fields={"text": "a", "count": 1})
    shown = rest.get(f"/contacts/{contact.id}").json()
    assert (
        rest.put(f"/contacts/{contact.id}", json={**shown, "email": "an@elders.be", "custom_fields": {"count": 2}}).status_code
        == 204
    )
    assert (contact.email, contact.custom_fields) == ("an@elders.be", {"count": 2})
    assert ids(rest.get("/contacts", params={"email": "an@elders.be"}).json()) == [contact.id]
    assert ids(rest.get("/contacts", params={"email": "an@kantoor.be"}).json()) == []


@pytest.mark.parametrize("member", ["email", "first_name", "name", "language"])
def test_a_put_requires(rest: httpx.Client, control: Control, member: str) -> None:
    contact = control.add_contact("an@kantoor.be")
    body = {"email": "an@kantoor.be", "first_name": "", "name": "", "language": "nl"}
    del body[member]
    assert member in detail(rest.put(f"/contacts/{contact.id}", json=body))


def test_a_put_to_somebody_elses_address_conflicts(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    control.add_contact("bert@kantoor.be", state=State.UNSUBSCRIBED)
    control.blacklist("carl@kantoor.be")
    body = {"first_name": "", "name": "", "language": "nl"}
    assert rest.put(f"/contacts/{contact.id}", json={**body, "email": "bert@kantoor.be"}).status_code == 409
    assert "blacklist" in detail(rest.put(f"/contacts/{contact.id}", json={**body, "email": "carl@kantoor.be"}))


def test_unsubscribe_takes_out_of_the_listing_and_has_no_way_back(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    assert rest.post(f"/contacts/{contact.id}/unsubscribe").status_code == 204
    assert rest.post(f"/contacts/{contact.id}/unsubscribe").status_code == 204
    assert "_embedded" not in rest.get("/contacts").json()
    assert rest.get("/contacts", params={"email": "an@kantoor.be"}).json() == {"total": 0, "limit": 25, "offset": 0}
    assert rest.patch(f"/contacts/{contact.id}", json={"name": "Peeters"}).status_code == 204
    assert contact.state is State.UNSUBSCRIBED
    assert [event.origin for event in control.store.events if event.kind is EventKind.UNSUBSCRIPTION] == [Origin.API]


@pytest.mark.parametrize(("inactive", "read", "write"), [("visible", 200, 204), ("missing", 404, 404), ("read-only", 200, 400)])
def test_an_id_of_somebody_unsubscribed_is_switchable(
    rest: httpx.Client, control: Control, inactive: Any, read: int, write: int
) -> None:
    contact = control.add_contact("an@kantoor.be", state=State.UNSUBSCRIBED)
    control.quirks.inactive = inactive
    assert rest.get(f"/contacts/{contact.id}").status_code == read
    assert rest.patch(f"/contacts/{contact.id}", json={"name": "Peeters"}).status_code == write


def test_a_listing_has_pages_of_25_and_at_most_500(rest: httpx.Client, control: Control) -> None:
    for number in range(30):
        control.add_contact(f"p{number}@kantoor.be")
    first = rest.get("/contacts").json()
    assert (first["total"], first["limit"], first["offset"], len(ids(first))) == (30, 25, 0, 25)
    rest_of_it = rest.get("/contacts", params={"offset": 25}).json()
    assert len({*ids(first), *ids(rest_of_it)}) == 30
    assert ids(first) != sorted(ids(first))
    assert rest.get("/contacts", params={"limit": 501}).status_code == 400
    assert rest.get("/contacts", params={"limit": 0}).status_code == 400
    assert rest.get("/contacts", params={"offset": "x"}).status_code == 400


def test_who_reads_a_shrinking_listing_misses_somebody(rest: httpx.Client, control: Control) -> None:
    for number in range(40):
        control.add_contact(f"p{number}@kantoor.be")
    first = ids(rest.get("/contacts", params={"limit": 20}).json())
    control.unsubscribe(rest.get(f"/contacts/{first[0]}").json()["email"])
    second = rest.get("/contacts", params={"limit": 20, "offset": 20}).json()
    still_there = {contact.id for contact in control.contacts(State.ACTIVE)}
    assert second["total"] == 39
    assert still_there - {*first, *ids(second)}


def test_the_address_filter_is_exact(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("an+nieuws@kantoor.be")
    assert ids(rest.get("/contacts", params={"email": "an+nieuws@kantoor.be"}).json()) == [contact.id]
    assert ids(rest.get("/contacts", params={"email": "An+nieuws@kantoor.be"}).json()) == []
    assert ids(rest.get("/contacts", params={"email": "nieuws@kantoor.be"}).json()) == []


def test_interests_are_held_one_by_one(rest: httpx.Client, control: Control) -> None:
    contact, interest = control.add_contact("an@kantoor.be"), control.add_interest("Btw")
    path = f"/contacts/{contact.id}/interest-subscriptions"
    assert rest.get(path).json() == {"total": 0}
    assert rest.post(path, json={"interest_id": interest.id}).status_code == 201
    again = rest.post(path, json={"interest_id": interest.id})
    assert (again.status_code, "already subscribed" in detail(again)) == (409, True)
    held = rest.get(path).json()["_embedded"]["item"][0]
    assert (held["interest_id"], held["_embedded"]["interest"]["name"]) == (interest.id, "Btw")
    assert ids(rest.get("/contacts", params={"interest": interest.id}).json()) == [contact.id]
    assert rest.delete(f"{path}/{interest.id}").status_code == 204
    assert rest.delete(f"{path}/{interest.id}").status_code == 404
    assert ids(rest.get("/contacts", params={"interest": interest.id}).json()) == []
    assert rest.post(path, json={"interest_id": "none"}).status_code == 400


def test_a_contact_knows_its_sources(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("an@kantoor.be", source="Website")
    assert rest.get(f"/contacts/{contact.id}/sources").json()["_embedded"]["item"][0]["name"] == "Website"


def test_an_empty_set_of_fields_may_be_shown_as_php_would(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    control.quirks.empty_fields_as_list = True
    assert rest.get(f"/contacts/{contact.id}").json()["custom_fields"] == []


def test_a_body_must_be_a_json_object(rest: httpx.Client) -> None:
    assert rest.post("/contacts", content=b"{").status_code == 400
    assert rest.post("/contacts", json=["x"]).status_code == 400


def add_fields(control: Control) -> None:
    control.add_custom_field("Text")
    control.add_custom_field("Count", FieldType.NUMERIC)
    control.add_custom_field("Day", FieldType.DATE)
    control.add_custom_field("Choice", FieldType.MULTIPLE_CHOICE, ["red", "blue"])
