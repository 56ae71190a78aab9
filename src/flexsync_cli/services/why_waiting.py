"""Why what waits does, from the state alone: by codes, for whoever words them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flexsync_cli.domain.push import DOUBTED
from flexsync_cli.ports import State
from flexsync_cli.services.imports import TROUBLED
from flexsync_cli.services.refusals import ACCOUNT_REFUSED

IMPORT = "import"  # in an import that is not known to be done yet
IMPORT_FAILED = "import_failed"  # the last import did not get through, perhaps for another one's sake
ACCOUNT = "account"  # Flexmail takes no new contacts
DOUBT = "doubt"  # Flexmail refused so many that a person must look first
BUDGET = "budget"  # the month's calls are spent
LIMIT = "limit"  # as many were done as one run may do
GUARD = "guard"  # the guard held them back
BROKEN_OFF = "broken_off"  # the step did not come to its end


def why_contacts(state: State, step: Mapping[str, Any], *, for_budget: bool) -> Sequence[str]:
    """Of contacts to create or change; `step` is the push that left them, as its document tells."""
    found = list(_at_flexmail(state))
    if for_budget:
        found.append(BUDGET)
    elif step["error"] or not found:
        found.append(BROKEN_OFF)
    return found


def _at_flexmail(state: State) -> Iterator[str]:
    if any("import" in entry.payload for entry in state.journal.pending()):
        yield IMPORT
    elif state.facts.get(TROUBLED) is not None:
        yield IMPORT_FAILED
    if state.facts.get(ACCOUNT_REFUSED) is not None:
        yield ACCOUNT
    if any(parked.problem == DOUBTED for parked in state.parked.all()):
        yield DOUBT


def why_leaves(*, for_budget: bool) -> Sequence[str]:
    """Of people to unsubscribe, who are mailed until then."""
    return [BUDGET if for_budget else BROKEN_OFF]


def why_interests(step: Mapping[str, Any], *, for_budget: bool) -> Sequence[str]:
    """Of interests to give or take away."""
    if for_budget:
        return [BUDGET]
    if step["plan_id"]:
        return [GUARD]
    return [BROKEN_OFF if step["error"] else LIMIT]
