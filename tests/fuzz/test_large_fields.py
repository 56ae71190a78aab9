"""Ten million characters where a name, an address or a link should be, in an answer of either interface."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.http import MAX_BYTES
from tests.adapters.flexmail.fakes import Bench
from tests.fuzz import EXAMPLES, test_rest_answers, test_soap_answers
from tests.fuzz.kept import assert_told_or_kept
from tests.fuzz.liar import Json, Liar, lying, spoilt, spoilt_xml
from tests.fuzz.office import busy_office
from tests.fuzz.test_rest_answers import ask
from tests.fuzz.test_soap_answers import honest, value_of
from tests.scenarios.world import World

HUGE = 10_000_000  # libxml2 reads a text of so many characters, and none that is longer
LENGTHS = st.sampled_from([HUGE, HUGE + 1])
SOME = EXAMPLES // 3
DONE = (0, 1, 3)
TEXT, NUMBER = "Piepklein", 424242


@settings(max_examples=SOME)
@given(name=st.sampled_from(list(test_rest_answers.CALLS)), place=st.integers(0, 15), length=LENGTHS)
def test_in_an_answer_of_rest(name: str, place: int, length: int) -> None:
    call, answer = test_rest_answers.CALLS[name]
    ask(call, spoilt(cast("Json", answer), place, "x" * length), 200, Bench(per_minute=100_000, max_bytes=MAX_BYTES))


@settings(max_examples=SOME)
@given(name=st.sampled_from(list(test_soap_answers.CALLS)), place=st.integers(0, 40), length=LENGTHS)
def test_in_an_answer_of_soap(name: str, place: int, length: int) -> None:
    content = spoilt_xml(honest(name), place, "x" * length)
    assert_told_or_kept(lambda: value_of(name, content, max_bytes=MAX_BYTES))


@dataclass
class Inflater(Liar):
    """Puts something larger in the place of what a person entered, in every answer."""

    larger: Mapping[bytes, bytes] = field(default_factory=dict)

    def judge(self, request: httpx.Request, body: bytes) -> bytes:
        """The answer as flexsync gets it."""
        for small, large in self.larger.items():
            if small in body:
                self.spoilt.append(request.url.path)
                body = body.replace(small, large)
        return body


@pytest.mark.parametrize(
    ("length", "number"),
    [(HUGE // 4, b"9" * 30), (10, b"-" + b"9" * 19), (10, b"1e300")],
    ids=["all that fits into an answer", "below all numbers", "above all"],
)
def test_a_run_over_what_persons_entered(world: World, length: int, number: bytes) -> None:
    """Everywhere at once; then the same again does nothing."""
    busy_office(world)
    assert world.run("run").code == 0
    enter(world)
    with lying(Inflater(0, 0, None, larger={TEXT.encode(): b"x" * length, str(NUMBER).encode(): number})) as inflater:
        first = world.run("run")
        world.flexmail.reset_calls()
        again = world.run("run")
    assert len(inflater.spoilt) > 2, "there was something to inflate"
    assert first.code in DONE, first.err[-500:]
    assert again.code in DONE, again.err[-500:]
    assert not world.writes(), "what was odd stays as it was taken"


def enter(world: World) -> None:
    """What persons do, of which each text will be too long, and each number too large."""
    flexmail, at = world.flexmail, datetime.now(UTC) + timedelta(seconds=1)
    flexmail.advance(2)
    campaign = flexmail.send_campaign(TEXT, TEXT)
    flexmail.bounce("relatie2@example.be", campaign.id, message=TEXT, at=at)
    flexmail.click("relatie3@example.be", campaign.id, f"https://example.be/{TEXT}", at=at)
    profile = {"name": TEXT, "first_name": TEXT, "custom_fields": {"software": TEXT, "employees": NUMBER}}
    flexmail.change_profile("relatie3@example.be", profile, at=at)
    flexmail.opt_in("nieuw@example.be", profile, at=at)
