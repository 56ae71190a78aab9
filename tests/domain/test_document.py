import json
from collections import Counter

import pytest

from flexsync_cli.domain.document import STEP_KEYS, CallCounts, RunFacts, document
from flexsync_cli.domain.plan import StepOutcome, Verdict

FACTS = RunFacts("run", "r1", dry_run=False, exit_code=0, calls=CallCounts(rest=6, soap=1, month=90, budget=500), todos=2)


def test_the_document_is_of_this_shape() -> None:
    push = StepOutcome("push", Counter(created=12), calls=7, error="Flexmail did not answer", plan_id="p-1")
    whole = json.loads(json.dumps(document(FACTS, [push])))
    (step,) = whole.pop("steps")
    assert whole == {
        "version": 1,
        "command": "run",
        "run_id": "r1",
        "dry_run": False,
        "exit_code": 0,
        "calls": {"rest": 6, "soap": 1, "month": 90, "budget": 500, "price": None},
        "todos": 2,
    }
    counts = step.pop("counts")
    assert step == {"name": "push", "calls": 7, "error": "Flexmail did not answer", "plan_id": "p-1"}
    assert counts["created"] == 12
    assert counts["failed"] == 0


@pytest.mark.parametrize("name", STEP_KEYS)
def test_every_step_has_all_of_its_counts_and_no_others(name: str) -> None:
    steps = document(FACTS, [StepOutcome(name, Counter(something_else=3))])["steps"]
    assert isinstance(steps, list)
    assert steps[0]["counts"] == dict.fromkeys(STEP_KEYS[name], 0)


def test_every_verdict_on_a_relation_is_counted() -> None:
    assert {verdict.value for verdict in Verdict} <= set(STEP_KEYS["push"])
