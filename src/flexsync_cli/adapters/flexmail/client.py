"""The HTTP client, as this machine's environment has it: certificates to trust, and the office's proxy."""

import os
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext

import httpx

from flexsync_cli.errors import Misconfigured

# Neither goes through an office's proxy: the sandbox listens there.
LOOPBACK: Mapping[str, None] = {"all://127.0.0.1": None, "all://localhost": None}
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


def open_client(timeout: httpx.Timeout) -> httpx.Client:
    """A client that follows no redirect. Misconfigured where a variable of the environment can't be used, without its value."""
    headers = {"User-Agent": "flexsync"}
    try:
        return httpx.Client(verify=trusted(), timeout=timeout, follow_redirects=False, mounts=LOOPBACK, headers=headers)
    except OSError:
        problem = f"{_named(_CERTIFICATES)}: this file can't be used for TLS"
    except (ImportError, ValueError, httpx.InvalidURL):
        problem = (
            f"{_named(_PROXIES)}: this is no proxy, or no list of hosts, that flexsync can use; a proxy is http://HOST:PORT"
        )
    raise Misconfigured(f"the environment's {problem}. Mend it for the account that runs flexsync, or take it away there")


@cache
def trusted() -> SSLContext:
    """The certificates to trust; reading them takes longer than all else here, so it is done once a process."""
    return httpx.create_ssl_context()


def _named(variables: tuple[str, ...]) -> str:
    """Those that are set, in either spelling; all where none is."""
    found = [name for name in variables if os.environ.get(name) or os.environ.get(name.lower())]
    return ", ".join(found) or " or ".join(variables)
