"""The old service beside us: nothing is written while it is seen to do, or may do, the same work."""

from collections.abc import Callable
from typing import TypeAlias

from flexsync_cli.domain.legacy_service import SERVICE, ServiceState, in_the_way, sentence
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Facts
from flexsync_cli.services.session import Session

SEEN = "legacy_service"  # the fact: the state in which it was last seen, or of which a person told
QUESTION = f"{SERVICE} could not be asked for. Is it disabled on the database server?"

Ask: TypeAlias = Callable[[str], bool | None]


def require_out_of_the_way(session: Session) -> None:
    """Refuse to write beside the old service, unless the configuration says to. Unknown, and nobody to ask: go on."""
    if session.settings.legacy_ignore or not session.applies:
        return
    state = known_state(session.state.facts, session.old_service, session.ask)
    if in_the_way(state):
        raise Misconfigured(
            f"{sentence(state, 'the database server')}, and two systems would write to the same contacts. Disable it: "
            "flexsync migrate-legacy --disable-service does, on Windows; elsewhere flexsync migrate-legacy says how, and asks. "
            "Or set legacy.ignore = true to write all the same"
        )


def known_state(facts: Facts, look: Callable[[], ServiceState] | None, ask: Ask | None) -> ServiceState:
    """As it is seen now, else as it was last known, else as a person tells; remembered for the next time.

    `look` is None where there is no way to see it: then only what was remembered counts.
    """
    seen = ServiceState.UNKNOWN if look is None else look()
    remembered = remembered_state(facts)
    if seen is ServiceState.UNKNOWN:
        worth_asking = in_the_way(remembered) or (look is not None and remembered is ServiceState.UNKNOWN)
        seen = _told(ask) if ask and worth_asking else remembered
    if seen is not ServiceState.UNKNOWN and seen is not remembered:
        remember(facts, seen)
    return remembered if seen is ServiceState.UNKNOWN else seen


def remembered_state(facts: Facts) -> ServiceState:
    """What was last known."""
    value = facts.get(SEEN)
    return ServiceState(value) if value in set(ServiceState) else ServiceState.UNKNOWN


def remember(facts: Facts, state: ServiceState) -> None:
    """For the runs to come."""
    facts.put(SEEN, state.value)


def _told(ask: Ask) -> ServiceState:
    """A person's word; None is no answer."""
    answer = ask(QUESTION)
    if answer is None:
        return ServiceState.UNKNOWN
    return ServiceState.DISABLED if answer else ServiceState.ENABLED
