"""What befalls the machine between runs, and time."""

from datetime import timedelta

from tests.machine.drawn import Drawn
from tests.machine.model import Model
from tests.machine.stage import Stage

HOURS = (1, 25, 49, 24 * 8)
SHIFTS = (*(timedelta(minutes=each) for each in (-3, -50, 4, 70)), *(timedelta(days=each) for each in (1, -1, 7, -7)))


def lose_state(act: Drawn, stage: Stage, model: Model) -> str:
    stage.drop("state.db")
    model.state_lost(stage)
    return "the state is lost"


def keep_state(act: Drawn, stage: Stage, model: Model) -> str:
    stage.keep("state.db")
    model.state_kept()
    return "the state is backed up"


def restore_state(act: Drawn, stage: Stage, model: Model) -> str:
    if not stage.put_back("state.db"):
        return ""
    model.state_put_back(stage)
    return "the backup of the state is restored"


def wait(act: Drawn, stage: Stage, model: Model) -> str:
    stage.clock.shift(timedelta(hours=HOURS[act.value]))
    return f"{HOURS[act.value]} hours pass"


def set_clock(act: Drawn, stage: Stage, model: Model) -> str:
    """This machine's clock only: Flexmail's goes on as it did."""
    shift = SHIFTS[act.value + len(SHIFTS) // 2 * (act.who % 2)]
    stage.clock.shift(shift)
    stage.flexmail.advance(-shift.total_seconds())
    return f"this machine's clock is set {'back' if shift < timedelta(0) else 'forward'} by {abs(shift)}"


def observe(act: Drawn, stage: Stage, model: Model) -> str:
    """The shadow period beside an old system begins, or ends."""
    stage.observe(on=not stage.observes)
    if stage.observes:
        model.observed = True
        return "flexsync is set to observe"
    return "flexsync is set to sync"
