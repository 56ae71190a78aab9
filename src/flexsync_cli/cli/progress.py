"""The progress bar: where a step is, and how long the rate limit, or a pause after a failure, holds the next call back."""

from datetime import timedelta
from math import ceil

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

TOLD_WAIT = 5.0  # seconds; redirected, shorter waits for the rate limit would be a line for nearly every call


def waiting_text(seconds: float) -> str:
    """What is said while the limiter holds a call back."""
    return f"waiting for Flexmail, {ceil(seconds)} s"


class _WaitColumn(ProgressColumn):
    """Counts down while the limiter holds a call back."""

    max_refresh = None

    def render(self, task: Task) -> Text:
        left = task.fields.get("until", 0.0) - task.get_time()
        return Text(waiting_text(left) if left > 0 else "", style="yellow")


class _LeftColumn(ProgressColumn):
    """How long the step still takes, at its pace so far. Rich's own would go by the last seconds alone, in which calls follow
    each other until the limit stops them for the rest of a minute."""

    def render(self, task: Task) -> Text:
        if not task.completed or task.remaining is None or task.start_time is None:
            return Text("-:--:--", style="progress.remaining")
        lasted = max(task.get_time(), task.fields.get("until", 0.0)) - task.start_time
        left = timedelta(seconds=ceil(lasted / task.completed * task.remaining))
        return Text(str(left), style="progress.remaining")


def progress_bar(console: Console) -> Progress:
    """A bar that is gone when the work ends."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        _LeftColumn(),
        _WaitColumn(),
        console=console,
        transient=True,
    )
