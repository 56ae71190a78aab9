"""The account's own lists over REST, imports, and who may enter."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.model import FieldType, Origin, State
from flexsync_cli.sandbox.serve import Sandbox


def items(response: httpx.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = response.json().get("_embedded", {}).get("item", [])
    return found


@pytest.mark.parametrize(("user", "password"), [("12345", "wrong"), ("D-12345", "rest-token"), ("", "")])
def test_wrong_credentials_are_refused_everywhere(sandbox: Sandbox, user: str, password: str) -> None:
    refused = httpx.get(f"{sandbox.url}/contacts", auth=(user, password), trust_env=False)
    assert (refused.status_code, refused.json()["status"]) == (401, 401)
    assert refused.headers["content-type"] == "application/problem+json"


def test_no_credentials_are_refused_too(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.url, trust_env=False).status_code == 401
    assert httpx.get(sandbox.url, headers={"Authorization": "Basic %%%"}, trust_env=False).status_code == 401


def test_the_root_names_the_owner(rest: httpx.Client, sandbox: Sandbox) -> None:
    assert rest.get("/").json()["user"] == sandbox.account.owner


def test_languages_are_bare_codes(rest: httpx.Client, control: Control) -> None:
    control.set_languages(["nl", "se"])
    assert rest.get("/account-contact-languages").json()["languages"] == ["nl", "se"]


def test_sources_are_listed_in_pages(rest: httpx.Client, control: Control) -> None:
    website = control.add_source("Website")
    assert [source["name"] for source in items(rest.get("/sources"))] == ["Admin", "Website"]
    second = rest.get("/sources", params={"limit": 1, "offset": 1})
    assert ([source["id"] for source in items(second)], second.json()["total"]) == ([website.id], 2)
    assert rest.get(f"/sources/{website.id}").json()["name"] == "Website"
    assert rest.get("/sources/1").status_code == 404


def test_custom_fields_come_whole_and_without_options(rest: httpx.Client, control: Control) -> None:
    assert rest.get("/custom-fields").json() == {}
    field = control.add_custom_field("CRM Interesses", FieldType.MULTIPLE_CHOICE, ["Btw"])
    shown = {"id": field.id, "type": "multiple_choice", "placeholder": "crminteresses", "name": "CRM Interesses"}
    assert items(rest.get("/custom-fields")) == [shown]
    assert items(rest.get("/custom-fields", params={"type": "date"})) == []


def test_a_renamed_field_keeps_its_values(control: Control) -> None:
    control.add_custom_field("Software")
    contact = control.add_contact("an@kantoor.be", custom_fields={"software": "A"})
    control.rename_custom_field("software", "Pakket", "pakket")
    assert contact.custom_fields == {"pakket": "A"}
    control.delete_custom_field("pakket")
    assert contact.custom_fields == {}


def test_interests_can_be_made_changed_and_deleted(rest: httpx.Client, control: Control) -> None:
    created = rest.post("/interests", json={"name": "Btw", "visibility": "private"})
    path = created.headers["location"]
    assert (created.status_code, created.json()["label"]) == (201, "Btw")
    assert rest.post("/interests", json={"name": "Btw", "visibility": "private"}).status_code == 409
    assert rest.post("/interests", json={"name": "Loon"}).status_code == 400
    assert rest.post("/interests", json={"name": "x" * 51, "visibility": "private"}).status_code == 400
    assert rest.patch(path, json={"visibility": "public"}).status_code == 204
    assert items(rest.get("/interests", params={"visibility": "public"}))[0]["name"] == "Btw"
    contact = control.add_contact("an@kantoor.be")
    control.give_interest("an@kantoor.be", created.json()["id"])
    assert rest.delete(path).status_code == 204
    assert (contact.interests, rest.get(path).status_code) == ([], 404)


def test_interests_are_filtered_and_sorted(rest: httpx.Client, control: Control) -> None:
    for name in ("Loon", "Btw", "Btw-kalender"):
        control.add_interest(name)
    asked = rest.get("/interests", params={"name": "btw", "order_by": "name", "order_direction": "desc"})
    assert [interest["name"] for interest in items(asked)] == ["Btw-kalender", "Btw"]


def test_an_opt_in_waits_for_the_person(rest: httpx.Client, control: Control) -> None:
    assert rest.post("/opt-ins", json={"email": "an@kantoor.be", "opt_in_form_id": 1}).status_code == 204
    assert control.contact("an@kantoor.be").state is State.AWAITING
    control.opt_in("an@kantoor.be")
    assert control.contact("an@kantoor.be").state is State.ACTIVE
    assert rest.post("/opt-ins", json={"email": "an@kantoor.be", "opt_in_form_id": 1}).status_code == 409
    assert rest.post("/opt-ins", json={"email": "b@kantoor.be", "opt_in_form_id": 1, "custom_fields": []}).status_code == 400
    assert rest.post("/opt-ins", json={"email": "b@kantoor.be", "opt_in_form_id": 2}).status_code == 400


def test_segments_and_forms_are_there(rest: httpx.Client) -> None:
    assert items(rest.get("/segments"))[0]["number_of_contacts"] == 0
    assert items(rest.get("/opt-in-forms"))[0]["id"] == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "/campaigns"), ("DELETE", "/contacts/1001"), ("GET", "/contacts/abc")])
def test_what_is_not_in_the_interface_is_refused(rest: httpx.Client, method: str, path: str) -> None:
    refused = rest.request(method, path)
    assert refused.status_code in (404, 405)
    assert refused.json()["status"] == refused.status_code


RECORDS = [
    {"email": "new@kantoor.be", "language": "nl", "name": "Nieuw"},
    {"email": "known@kantoor.be", "name": "Bekend"},
    {"email": "out@kantoor.be", "language": "nl"},
    {"email": "black@kantoor.be", "language": "nl"},
    {"email": "Upper@kantoor.be", "language": "nl"},
    {"email": "tongue@kantoor.be", "language": "xx"},
]


@pytest.fixture
def filled(control: Control, rest: httpx.Client, sandbox: Sandbox) -> str:
    """The path of an import that is filled, and not started."""
    control.add_custom_field("Text")
    control.add_contact("known@kantoor.be", first_name="An", custom_fields={"text": "a"})
    control.add_contact("out@kantoor.be", state=State.UNSUBSCRIBED)
    control.blacklist("black@kantoor.be")
    created = rest.post("/contacts/imports", json={"id": "0b9f9f6e-0000-4000-8000-000000000001"})
    path = f"/contacts/imports/{created.json()['id']}"
    assert created.headers["location"] == path
    records = [{**record, "sources": [sandbox.source.id]} for record in RECORDS]
    assert rest.post(f"{path}/records", json=records).status_code == 204
    return path


def test_an_import_adds_updates_and_ignores(rest: httpx.Client, control: Control, filled: str) -> None:
    assert rest.get(filled).json()["status"] == "idle"
    assert rest.post(f"{filled}/start").json() == {"status": "queued"}
    assert rest.get(filled).json()["status"] == "queued"
    assert control.addresses() == {"known@kantoor.be"}
    done = rest.get(filled).json()
    assert done["status"] == "completed"
    assert done["report"] == {"total_added": 1, "total_updated": 1, "total_ignored": 4}
    assert control.addresses() == {"known@kantoor.be", "new@kantoor.be"}
    known = control.contact("known@kantoor.be")
    assert (known.first_name, known.name, known.custom_fields) == ("An", "Bekend", {"text": "a"})
    assert control.store.revived == []


def test_an_import_is_carried_out_although_nobody_asks(rest: httpx.Client, control: Control, filled: str) -> None:
    rest.post(f"{filled}/start")
    assert "new@kantoor.be" not in control.addresses()
    control.advance(61)
    assert rest.get("/contacts").json()["total"] == 2


def test_an_import_may_wipe_what_it_does_not_mention(rest: httpx.Client, control: Control, filled: str) -> None:
    control.quirks.import_keeps = False
    rest.post(f"{filled}/start")
    control.finish_imports()
    known = control.contact("known@kantoor.be")
    assert (known.first_name, known.name, known.custom_fields) == ("", "Bekend", {})


def test_only_a_resubscribing_import_brings_back(rest: httpx.Client, control: Control) -> None:
    contact = control.add_contact("out@kantoor.be", state=State.UNSUBSCRIBED)
    import_id = rest.post("/contacts/imports", json={"resubscribe_blacklisted_contacts": True}).json()["id"]
    rest.post(f"/contacts/imports/{import_id}/records", json=[{"email": "out@kantoor.be"}])
    rest.patch(f"/contacts/imports/{import_id}", json={"status": "queued"})
    control.finish_imports()
    assert contact.state is State.ACTIVE
    assert control.store.revived == [(contact.id, Origin.API)]


def test_one_import_at_a_time(rest: httpx.Client, filled: str) -> None:
    other = rest.post("/contacts/imports", json={}).json()["id"]
    rest.post(f"{filled}/start")
    assert rest.post(f"/contacts/imports/{other}/start").status_code == 409
    assert rest.post(f"{filled}/start").status_code == 409
    assert rest.post(f"{filled}/records", json=[]).status_code == 409
    assert rest.post("/contacts/imports", json={"id": filled.rpartition("/")[2]}).status_code == 409
    assert rest.get("/contacts/imports/none").status_code == 404


def test_a_batch_has_a_limit_and_an_import_can_fail(rest: httpx.Client, control: Control, filled: str) -> None:
    control.quirks.import_batch = 1
    assert rest.post(f"{filled}/records", json=[{}, {}]).status_code == 413
    assert rest.post(f"{filled}/records", json={"email": "a@kantoor.be"}).status_code == 400
    rest.post(f"{filled}/start")
    control.fail_imports()
    assert rest.get(filled).json()["status"] == "failed"


@pytest.mark.parametrize("status", [404, 405, 400])
def test_an_account_may_have_no_imports(rest: httpx.Client, control: Control, status: int) -> None:
    control.quirks.imports_status = status
    assert rest.post("/contacts/imports", json={}).status_code == status


def test_an_import_obeys_the_contact_limit(rest: httpx.Client, control: Control, filled: str) -> None:
    control.set_contact_limit(1)
    rest.post(f"{filled}/start")
    control.finish_imports()
    assert rest.get(filled).json()["report"]["total_ignored"] == 5


def test_what_is_made_carries_the_accounts_time(rest: httpx.Client, control: Control, sandbox: Sandbox) -> None:
    moment = datetime.fromisoformat("2027-01-02T03:04:05+00:00")
    control.set_clock(moment)
    rest.post("/contacts", json={"email": "an@kantoor.be", "language": "nl", "source": sandbox.source.id})
    assert control.contact("an@kantoor.be").created_at == moment
