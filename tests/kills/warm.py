"""What a process of flexsync reads and digests before it does anything, done once for all that are forked from this one."""

import gc

import httpcore  # noqa: F401 - httpx imports it by its first call

import flexsync_cli.adapters.admin.adapter
import flexsync_cli.adapters.flexmail.rest
import flexsync_cli.adapters.mail.smtp
import flexsync_cli.cli.approve
import flexsync_cli.cli.consent
import flexsync_cli.cli.migrate_legacy
import flexsync_cli.cli.run  # noqa: F401
from flexsync_cli.adapters.flexmail.client import trusted
from flexsync_cli.adapters.flexmail.soap_client import _description
from flexsync_cli.adapters.mail.letters import _environment

trusted()
_description()
for name in _environment().list_templates(extensions=["j2"]):
    _environment().get_template(name)
gc.freeze()
