"""The progress bar: where a step is, and how long the rate limit holds the next call back."""

from math import ceil

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

TOLD_WAIT = 5.0  # seconds; redirected, shorter waits for the rate limit would be a line for nearly every call


def waiting_text(seconds: float) -> str:
    """What is said while the limiter holds a call back."""
    return f"waiting for the rate limit, {ceil(seconds)} s"


class _WaitColumn(ProgressColumn):
    """Counts down while the limiter holds a call back."""

    max_refresh = None

    def render(self, task: Task) -> Text:
        left = task.fields.get("until", 0.0) - task.get_time()
        return Text(waiting_text(left) if left > 0 else "", style="yellow")


def progress_bar(console: Console) -> Progress:
    """A bar that is gone when the work ends."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        _WaitColumn(),
        console=console,
        transient=True,
    )
