"""What this machine's environment says of proxies and certificates."""

import httpx
import pytest

from flexsync_cli.adapters.flexmail import client
from flexsync_cli.adapters.flexmail.client import open_client
from flexsync_cli.errors import Misconfigured

VARIABLES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://it:geheim@proxy.example:1080"),
        ("HTTPS_PROXY", "ftp://it:geheim@proxy.example"),
        ("NO_PROXY", "geheim:port"),
        ("SSL_CERT_FILE", "/nowhere/geheim.pem"),
        ("SSL_CERT_FILE", __file__),
    ],
)
def test_an_environment_that_can_not_be_used_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for each in VARIABLES:
        monkeypatch.delenv(each, raising=False)
        monkeypatch.delenv(each.lower(), raising=False)
    monkeypatch.setattr(client, "trusted", client.trusted.__wrapped__)  # as in a process that begins
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=f"^the environment's {name}: ") as refused:
        open_client(httpx.Timeout(1))
    assert "geheim" not in str(refused.value)
