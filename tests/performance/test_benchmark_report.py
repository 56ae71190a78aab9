from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import counts, table
from benchmarks.document import document
from benchmarks.naive import Naive
from benchmarks.process import Spent
from benchmarks.promises import PROMISES, verdicts
from benchmarks.row import Row
from benchmarks.scenarios import STORIES

SPENT = Spent(
    rest=200_000, soap=8_640, writes=100_000, statements=1_234_567, minutes=3_333.4, cpu_seconds=1_234.56, megabytes=499.6
)
ROW = Row("10 addresses changed", 10_000, SPENT, 13, Naive(288_000_000, by_rule=True))
COUNTS = {"quiet run, 200": {"rest": 0, "soap": 3, "writes": 0, "statements": 181}}


def test_the_widest_row_fits_a_hundred_columns() -> None:
    assert len(table.line(table.cells(ROW))) == len(table.head("100,000 relations")) <= 100


def test_a_count_that_grows_is_worse_and_one_that_shrinks_is_better() -> None:
    grown = {"quiet run, 200": COUNTS["quiet run, 200"] | {"soap": 4}}
    assert counts.worse(grown, COUNTS) == ["quiet run, 200: soap 3 -> 4"]
    assert counts.worse(COUNTS, grown) == counts.worse(COUNTS, COUNTS) == counts.better(COUNTS, COUNTS) == []
    assert counts.better(COUNTS, grown) == ["quiet run, 200"]


def test_a_scenario_that_is_measured_or_kept_alone_is_told() -> None:
    assert counts.worse(COUNTS, {}) == counts.worse({}, COUNTS) == ["quiet run, 200: only here or only in counts.json"]


def test_the_kept_counts_are_read_as_they_were_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "KEPT", tmp_path / "counts.json")
    assert counts.load() == {}
    counts.save(COUNTS)
    assert counts.load() == COUNTS


def test_a_promise_is_broken_by_one_call_too_many() -> None:
    row = replace(ROW, scenario="quiet run", spent=Spent(soap=3))
    assert [each.held for each in verdicts([row])] == [True]
    assert [each.held for each in verdicts([replace(row, spent=Spent(rest=1, soap=3))])] == [False]


def test_quiet_interests_may_cost_what_a_quiet_run_without_them_does() -> None:
    quiet = replace(ROW, scenario="quiet run", spent=Spent(soap=3))
    interests = replace(ROW, scenario="interests, quiet", spent=Spent(rest=1, soap=3))
    assert [each.held for each in verdicts([quiet, interests])] == [True, False]


def test_every_promise_is_about_something_that_is_measured() -> None:
    names = {scenario.name for story in STORIES for scenario in story.scenarios}
    promised = {promise.row.rpartition(", ")[0] for promise in PROMISES}
    assert promised - names == {"a month, every 1 h"}


def test_the_document_shows_every_row_and_every_verdict() -> None:
    broken = replace(ROW, scenario="quiet run", spent=Spent(rest=61))
    month = replace(ROW, scenario="a month, every 15 min", relations=50_000, composed=True)
    text = document([ROW, broken, month], verdicts([broken]))
    assert (
        "| 10 addresses changed | 200,000 | 8,640 | 3,333 | 1,234.6 | 500 | 1,234,567 | 13 | =288,000,000 | 4,799,999 |" in text
    )
    assert "| at most 3 calls | 61 calls | **does not hold** |" in text
    assert "| ~ a month, every 15 min |" in text
    assert max(map(len, text.splitlines())) < 200
