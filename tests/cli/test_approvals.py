import io
from datetime import UTC, datetime

from flexsync_cli.cli.approvals import Waiting, tell_waiting, waiting
from flexsync_cli.cli.console import console_for
from flexsync_cli.domain.plan import Guarded, KeptPlan, Refusal, RefusalKind, StepOutcome
from flexsync_cli.services.run import Report

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LEAVES = tuple(Guarded("leave", str(number), number) for number in range(1, 13))
LIMIT = Refusal("push", RefusalKind.LIMIT, 12, 30, LEAVES)
OFFER = Refusal("push", RefusalKind.OFFER, 1, 30, (Guarded("leave", "", 77),))


def report(*plans: KeptPlan, refused: tuple[Refusal, ...] = (), error: str | None = None) -> Report:
    return Report(outcomes=[StepOutcome("push", refusals=list(refused), error=error)], plans=list(plans))


def told(*found: Waiting) -> list[str]:
    stream = io.StringIO()
    tell_waiting(console_for(stream), found)
    return stream.getvalue().splitlines()


def test_what_is_kept_and_what_is_not() -> None:
    kept = KeptPlan("abc123", LIMIT, NOW)
    assert waiting(report(kept, refused=(LIMIT, OFFER))) == [Waiting(LIMIT, "abc123"), Waiting(OFFER)]


def test_a_kept_refusal_whose_cause_is_gone_is_not_told() -> None:
    assert waiting(report(KeptPlan("abc123", LIMIT, NOW))) == []


def test_it_stands_where_its_step_failed_or_did_not_run() -> None:
    kept = KeptPlan("abc123", LIMIT, NOW)
    assert waiting(report(kept, error="down")) == [Waiting(LIMIT, "abc123")]
    assert waiting(Report(plans=[kept])) == [Waiting(LIMIT, "abc123")]


def test_an_offer_is_told_while_it_is_kept() -> None:
    assert [each.is_offer for each in waiting(report(KeptPlan("abc123", OFFER, NOW)))] == [True]


def test_how_many_who_and_what_to_type() -> None:
    assert told(Waiting(LIMIT, "abc123")) == [
        "held back: push: 12 of 30 people would be changed at once, more than the guard allows.",
        "  12 to unsubscribe in Flexmail: 1, 2, 3, 4, 5 and 7 more",
        "  after a look, do it with: flexsync approve abc123",
    ]


def test_numbers_must_be_typed() -> None:
    assert told(Waiting(Refusal("push", RefusalKind.NUMBERS, 812, 900, ()), "abc123"))[-1].endswith(
        "flexsync approve abc123 --people 812"
    )


def test_who_has_no_relation_is_named_by_contact() -> None:
    assert told(Waiting(OFFER))[1:] == [
        "  1 to unsubscribe in Flexmail: contact 77",
        "  the next push or run keeps it as a plan to approve",
    ]


def test_the_configuration_is_named_and_the_line_stays_whole_on_a_narrow_terminal() -> None:
    stream = io.StringIO()
    found = Waiting(LIMIT, "abc123", "/srv/het kantoor in antwerpen/config.toml")
    tell_waiting(console_for(stream, width=60, terminal=True), [found])
    assert 'flexsync --config "/srv/het kantoor in antwerpen/config.toml" approve abc123' in stream.getvalue()
