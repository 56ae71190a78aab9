"""Refusals, as problem documents."""


class Problem(Exception):
    """A refusal of one request; becomes `{"title", "status", "detail"}`."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        super().__init__(detail)


def not_found(what: str) -> Problem:
    """There is no such thing."""
    return Problem(404, "Not Found", f"{what} could not be found.")


def conflict(detail: str) -> Problem:
    """It is there already."""
    return Problem(409, "Conflict", detail)
