"""flexsync from outside: commands, configuration, JSON and exit codes, against a Flexmail that somebody else wrote."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.fake import Answer, Flexmail, Manner, served
from tests.acceptance.office import Office, environment

PUSH = (
    *("selected", "created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "newly_parked"),
    *("held", "waiting", "failed", "left", "moved"),
)


@pytest.fixture
def flexmail() -> Iterator[Flexmail]:
    with served() as found:
        yield found


@pytest.fixture
def office(flexmail: Flexmail, tmp_path: Path) -> Office:
    """Twelve relations that were pushed."""
    office = Office(tmp_path, flexmail)
    office.enter_many(12)
    assert office.push().code == 0
    return office


@pytest.mark.parametrize(
    "manner",
    [
        Manner(),
        Manner(totals=False, empty_embedded=True, custom_fields="list", changed=200, created_by="nothing"),
        Manner(text_ids=True, custom_fields="absent", created_by="location", languages="objects"),
        Manner(languages="absent", filters=False, custom_fields="null", created_by="body"),
    ],
)
def test_a_life_with_whatever_manners_flexmail_has(manner: Manner, tmp_path: Path) -> None:
    with served(manner) as flexmail:
        office = Office(tmp_path, flexmail)
        office.enter_many(3)
        there = flexmail.add("r3@example.be", name="Another name")
        assert office.push().counts() == {"selected": 3, "created": 2, "updated": 1}
        assert flexmail.active()["r1@example.be"] | {"id": 0} == {
            "id": 0,
            "email": "r1@example.be",
            "first_name": "",
            "name": "Naam R001",
            "language": "nl",
            "custom_fields": {"software": "Boekhouding"},
        }
        assert office.push().counts() == {"selected": 3, "unchanged": 3}
        assert flexmail.writes() == []

        office.set("R001", "Nieuwsbrief", "N")
        office.set("R003", "Mail", "moved@example.be")
        assert office.push().counts() == {"selected": 2, "unchanged": 1, "updated": 1, "left": 1}
        assert sorted(flexmail.active()) == ["moved@example.be", "r2@example.be"]
        assert flexmail.active()["moved@example.be"]["id"] == there

        office.set("R001", "Nieuwsbrief", "J")
        again = office.push()
        assert again.counts() == {"selected": 3, "unchanged": 2, "out": 1}
        assert again.document["todos"] == 1
        assert flexmail.writes() == []


def test_an_address_that_is_there_and_not_listed_yet_is_adopted(office: Office, flexmail: Flexmail) -> None:
    office.enter("R100", "r100@example.be")
    there = flexmail.add("r100@example.be", name="Another name")
    assert office.push("--only", "R100").counts() == {"selected": 1, "updated": 1}
    assert ("PATCH", f"/contacts/{there}") in flexmail.writes()


@pytest.mark.parametrize(
    "refusal",
    [
        (400, {"title": "Bad Request", "status": 400, "detail": "Email address is on the blacklist"}),
        (403, {"message": "This address is blacklisted."}),
        (409, {"title": "Conflict", "detail": "Contact is black-listed"}),
        (422, {"error": {"code": "E1", "message": "blacklisted"}}),
        (422, {"title": "Failed", "validation_messages": {"email": {"inBlacklist": "is on the blacklist"}}}),
        (422, [{"message": "is on the blacklist"}]),
        (422, "Blacklisted address"),
    ],
)
def test_who_is_blacklisted_is_unticked_and_not_tried_again(refusal: Answer, tmp_path: Path) -> None:
    with served(Manner(blacklisted=refusal, problem=lambda _, said: said)) as flexmail:
        office = Office(tmp_path, flexmail)
        office.enter_many(2)
        flexmail.blacklist.add("r2@example.be")
        first = office.push()
        assert (first.code, first.counts()) == (0, {"selected": 2, "created": 1, "out": 1})
        assert first.counts("opt_outs") == {"unticked": 1}
        assert office.sql('SELECT Nieuwsbrief FROM "Klant gegevens" ORDER BY Nr') == [("J",), ("N",)]
        office.set("R002", "Nieuwsbrief", "J")
        assert office.push().counts() == {"selected": 2, "unchanged": 1, "out": 1}
        assert flexmail.writes() == []


def test_who_left_in_flexmail_is_unticked_and_stays_out(office: Office, flexmail: Flexmail) -> None:
    flexmail.left.add(flexmail.active()["r5@example.be"]["id"])
    heard = office.push()
    assert heard.counts("opt_outs") == {"gone": 1, "unticked": 1}
    assert heard.counts() == {"selected": 11, "unchanged": 11}
    office.set("R005", "Nieuwsbrief", "J")
    office.enter("R200", "r5@example.be")
    assert office.push().counts() == {"selected": 13, "unchanged": 11, "out": 2}
    assert flexmail.writes() == []


def test_who_left_there_a_moment_before_the_office_let_him_go(tmp_path: Path) -> None:
    with served(Manner(overtaken=True)) as flexmail:
        office = Office(tmp_path, flexmail)
        office.enter_many(2)
        office.push()
        office.set("R002", "Actief", "N")
        left = office.push()
        assert (left.code, left.counts()) == (0, {"selected": 1, "unchanged": 1, "left": 1})


def test_a_lost_state_brings_nobody_back_who_left(office: Office, flexmail: Flexmail) -> None:
    flexmail.left.add(flexmail.active()["r5@example.be"]["id"])
    (office.folder / "state.db").unlink()
    lost = office.push()
    assert (lost.code, lost.counts()) == (1, {"selected": 12, "adopted": 11, "parked": 1, "newly_parked": 1})
    assert "r5@example.be" not in flexmail.active()


def test_an_emptied_table_is_refused_and_has_its_way_out(office: Office, flexmail: Flexmail) -> None:
    office.sql('DELETE FROM "Klant gegevens"')
    refused = office.push()
    plan_id = next(step["plan_id"] for step in refused.document["steps"] if step["name"] == "push")
    assert refused.code == refused.document["exit_code"] == 3
    assert flexmail.writes() == []
    assert f"approve {plan_id} --people 12" in refused.err
    assert office.flexsync("approve", plan_id).code == 2
    assert len(flexmail.active()) == 12
    assert office.flexsync("approve", plan_id, "--people", "12").code == 0
    assert flexmail.active() == {}


def test_a_dry_run_and_a_plan_write_nothing(flexmail: Flexmail, tmp_path: Path) -> None:
    office = Office(tmp_path, flexmail)
    office.enter_many(3)
    dry, plan = office.push("--dry-run"), office.flexsync("plan", "--json")
    assert flexmail.writes() == []
    assert dry.document["dry_run"] is plan.document["dry_run"] is True
    assert dry.counts() == plan.counts() == {"selected": 3, "created": 3}
    assert office.push().counts() == {"selected": 3, "created": 3}


def test_the_documents_keys(office: Office) -> None:
    document = office.flexsync("plan", "--json").document
    keys = {"version", "command", "run_id", "dry_run", "exit_code", "steps", "calls", "todos"}
    assert document.keys() == keys
    assert (document["version"], document["command"], document["todos"]) == (1, "plan", 0)
    assert document["calls"].keys() == {"rest", "soap", "month", "budget", "price"}
    steps = {step["name"]: step for step in document["steps"]}
    assert steps.keys() == {"opt_outs", "push", "summary"}
    assert all(step.keys() == {"name", "counts", "calls", "error", "plan_id"} for step in steps.values())
    assert tuple(steps["push"]["counts"]) == PUSH


def test_a_wrong_token_is_4_and_asked_once(office: Office, flexmail: Flexmail) -> None:
    flexmail.calls.clear()
    refused = office.flexsync("push", "--json", TOKEN_OF_OFFICE="wrong")
    assert (refused.code, refused.document["exit_code"]) == (4, 4)
    assert "flexmail.token" in refused.err
    assert "wrong" not in refused.err
    assert len(flexmail.calls) == 1


def test_a_bad_configuration_is_2_with_all_that_is_wrong(office: Office) -> None:
    office.configure('[admin]\nconnection = ""\n[flexmail]\naccount_id = "x"\ntokn = "hidden"\n[sync]\nmode = "both"\n')
    refused = office.flexsync("push", "--json")
    assert (refused.code, refused.document["exit_code"]) == (2, 2)
    for wrong in ("admin.connection", "account_id", 'tokn: unknown key, did you mean "token"?', "flexmail.source", "sync.mode"):
        assert wrong in refused.err
    assert "hidden" not in refused.err


def test_names_that_admin_lacks_are_2_each_with_the_nearest(office: Office) -> None:
    text = (office.folder / "config.toml").read_text("utf-8")
    office.configure(text.replace('"Relaties"', '"Relatie"').replace('"Omschrijving"', '"Omschriving"'))
    refused = office.flexsync("push")
    assert refused.code == 2
    assert 'did you mean "Relaties"?' in refused.err
    assert 'did you mean "Omschrijving"?' in refused.err


def test_a_second_process_is_5(office: Office, flexmail: Flexmail) -> None:
    flexmail.called.clear()
    flexmail.open.clear()
    command = [sys.executable, "-m", "flexsync_cli", "push", "--json"]
    with subprocess.Popen(command, cwd=office.folder, env=environment(), stdout=subprocess.PIPE) as first:
        assert flexmail.called.wait(30)
        second = office.flexsync("push", "--json")
        flexmail.open.set()
        document = json.loads(first.communicate(timeout=30)[0])
    assert (second.code, second.document["exit_code"], second.document["steps"]) == (5, 5, [])
    assert (first.returncode, document["exit_code"]) == (0, 0)


def test_a_damaged_state_is_6_and_left_as_it_is(office: Office, flexmail: Flexmail) -> None:
    flexmail.calls.clear()
    state = office.folder / "state.db"
    state.write_bytes(b"no database" * 1000)
    refused = office.push()
    assert (refused.code, refused.document["exit_code"]) == (6, 6)
    assert str(state) in refused.err
    assert flexmail.calls == []
    assert state.read_bytes() == b"no database" * 1000
