"""The old Windows service that did this work: in what state it is, and whether we may write beside it."""

from enum import StrEnum

SERVICE = "ProcessEngineService"


class ServiceState(StrEnum):
    """What is known of it. ENABLED: it isn't disabled; it is stopped now, or a person could not say more."""

    RUNNING = "running"
    ENABLED = "enabled"
    DISABLED = "disabled"
    ABSENT = "absent"
    UNKNOWN = "unknown"


WORDS = {
    ServiceState.RUNNING: "is running",
    ServiceState.ENABLED: "is not disabled",
    ServiceState.DISABLED: "is disabled",
    ServiceState.ABSENT: "is not there",
    ServiceState.UNKNOWN: "could not be asked for",
}


def in_the_way(state: ServiceState) -> bool:
    """Whether it writes, or may write, to the same contacts as we do."""
    return state in (ServiceState.RUNNING, ServiceState.ENABLED)


def sentence(state: ServiceState, server: str) -> str:
    """What is known, in one line; of an unknown state no machine can be told but one that has a name."""
    where = server or ("" if state is ServiceState.UNKNOWN else "this machine")
    return f"{SERVICE} {WORDS[state]}{' on ' if where else ''}{where}"


def steps(server: str) -> tuple[str, ...]:
    """How a person disables it, on the database server."""
    where = f"on {server}" if server else "on the database server"
    return (
        f"{where}, as an administrator, open services.msc, stop {SERVICE} and set its start type to Disabled; or there:",
        f"  sc.exe stop {SERVICE}",
        f"  sc.exe config {SERVICE} start= disabled",
    )
