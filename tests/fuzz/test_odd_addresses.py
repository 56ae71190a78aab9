"""Addresses of any kind on both sides: a run ends by itself, the next one writes nothing, only what is an address is mailed."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.domain.address import address_key
from flexsync_cli.sandbox.serve import Sandbox
from tests.fuzz import TIMES
from tests.fuzz.addresses import ADDRESSES, EACH, LONGEST_DOMAIN
from tests.scenarios.world import World

DONE = (0, 1, 3)
STEERS = re.compile(r"[\x00\x07\x1b\u202e]")


def live_with(world: World, in_admin: Sequence[str], in_flexmail: Sequence[str]) -> None:
    """Enter them, run twice, and ask about each."""
    world.with_soap()
    before = {world.flexmail.add_contact(email, name="Peeters", language="nl").email for email in in_flexmail}
    for number, email in enumerate(in_admin, start=1):
        world.relation(number, email)
    said = [world.run("run") for _ in range(2)]
    assert {result.code for result in said} <= set(DONE), said
    world.flexmail.reset_calls()
    said.append(world.run("run"))
    assert not world.writes()
    said += [world.run("explain", email) for email in {*in_admin, *in_flexmail} if not email.startswith("-")]
    assert not [line for result in said for line in (result.out, result.err) if STEERS.search(line)]
    assert {email for email in world.active() - before if address_key(email) != email} == set()


def test_the_longest_is_what_the_standard_allows() -> None:
    assert (len(LONGEST_DOMAIN), max(map(len, EACH))) == (255, 320)


@pytest.mark.parametrize("there", [(), EACH], ids=["Admin's", "both sides'"])
def test_each_odd_address(world: World, there: Sequence[str]) -> None:
    live_with(world, EACH, there)


@settings(max_examples=4 * TIMES, suppress_health_check=list(HealthCheck))
@given(st.lists(ADDRESSES, max_size=5), st.lists(ADDRESSES, max_size=5, unique_by=str.casefold))
def test_any_odd_addresses(in_admin: list[str], in_flexmail: list[str]) -> None:
    with TemporaryDirectory() as folder, Sandbox() as sandbox:
        world = World(Path(folder), sandbox)
        live_with(world, in_admin, in_flexmail)
        world.engine.dispose()
