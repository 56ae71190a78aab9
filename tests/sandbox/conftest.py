"""A sandbox and raw clients of it."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from flexsync_cli.sandbox.clock import Clock
from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.serve import Sandbox
from tests.sandbox.soap_raw import RawSoap

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loopback speaks none; loading the authorities would take longer than a test
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)  # 12:00 in Brussels


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A Flexmail whose clock stands still at noon unless it is moved."""
    with Sandbox(now=lambda: NOON) as running:
        yield running


@pytest.fixture
def control(sandbox: Sandbox) -> Control:
    return sandbox.control


@pytest.fixture
def clock(sandbox: Sandbox) -> Clock:
    return sandbox.store.clock


@pytest.fixture
def rest(sandbox: Sandbox) -> Iterator[httpx.Client]:
    account = sandbox.account
    with httpx.Client(base_url=sandbox.url, auth=(str(account.id), account.token), trust_env=False, verify=NO_TLS) as client:
        yield client


@pytest.fixture
def soap(sandbox: Sandbox) -> Iterator[RawSoap]:
    with httpx.Client(trust_env=False, verify=NO_TLS) as client:
        yield RawSoap(client, sandbox.soap_url, sandbox.account.id, sandbox.account.soap_token)
