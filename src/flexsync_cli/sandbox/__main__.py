"""`python -m flexsync_cli.sandbox` serves a Flexmail until its input ends; the first line says where, in JSON."""

import argparse
import json
import sys

from flexsync_cli.sandbox.quirks import Quirks
from flexsync_cli.sandbox.serve import Sandbox


def main() -> None:
    """Serve until end of input or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m flexsync_cli.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--per-minute", type=int, default=None, help="calls allowed in any minute; no limit if not given")
    parser.add_argument("--field", action="append", default=[], help="a custom field that the account has; repeatable")
    options = parser.parse_args()
    with Sandbox(port=options.port, quirks=Quirks(calls_per_minute=options.per_minute)) as sandbox:
        for name in options.field:
            sandbox.control.add_custom_field(name)
        account = sandbox.account
        tokens = {"token": account.token, "soap_token": account.soap_token}
        where = {"url": sandbox.url, "soap_url": sandbox.soap_url, "account_id": account.id, **tokens}
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()
        try:
            sys.stdin.read()
        except KeyboardInterrupt:
            sys.stdout.flush()


if __name__ == "__main__":
    main()
