"""A pytest plugin that adds up what the tests count: `-p tests.proof.plugin`; the sums go to the file FLEXSYNC_FIGURES names.

Tests count by `record_property`; the inputs that Hypothesis tried are counted here.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

TRIED = re.compile(r"(\d+) (?:passing|failing|invalid)\b")  # "240 passing, 0 failing, and 28 invalid test cases"
FIGURES: Counter[str] = Counter()
REASONS: Counter[str] = Counter()  # why tests were skipped


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In the process that runs the test."""
    report = yield
    statistics = getattr(item, "hypothesis_statistics", "")
    if report.when == "call" and statistics:
        report.user_properties.append(("inputs", sum(map(int, TRIED.findall(statistics)))))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In the process that collects the reports."""
    if report.when == "call" or report.outcome != "passed":
        FIGURES[report.outcome] += 1
    if report.skipped and isinstance(report.longrepr, tuple):
        REASONS[report.longrepr[2].removeprefix("Skipped: ")] += 1
    if report.when == "call":
        FIGURES.update({name: value for name, value in report.user_properties if isinstance(value, int)})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once, where there are no workers or they are done."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["FLEXSYNC_FIGURES"]).write_text(json.dumps({**FIGURES, "reasons": REASONS}))
