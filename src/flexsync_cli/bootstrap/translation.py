"""The configuration in the words of services and adapters, which know nothing of it."""

from collections.abc import Mapping

from flexsync_cli.adapters.admin.mapping import (
    AdminMapping,
    CommunicationsMapping,
    InterestsMapping,
    Label,
    NewsletterMapping,
    RelationsMapping,
)
from flexsync_cli.config.admin import Column, Communications
from flexsync_cli.config.model import Configuration
from flexsync_cli.domain.forecast import Habits
from flexsync_cli.domain.guard import Limits
from flexsync_cli.domain.model import Value
from flexsync_cli.domain.selection import Rules
from flexsync_cli.services.session import Settings


def settings(configuration: Configuration) -> Settings:
    """What the services need to know."""
    sync, interests = configuration.sync, configuration.interests
    as_field = interests.as_field
    return Settings(
        rules=Rules(frozenset(sync.crm_types), sync.crm_type_order),
        limits=Limits(configuration.guard.percent, configuration.guard.count),
        language_codes=configuration.languages,
        language=configuration.flexmail.language,
        fields=(*configuration.fields, *([as_field] if as_field else [])),
        source=configuration.flexmail.source,
        blank=sync.blank,
        keep_leavers=sync.on_leave == "keep",
        opt_in=sync.opt_in,
        observe=sync.mode == "observe",
        interests=_sends_interests(configuration),
        interests_create=interests.create,
        interests_field=as_field,
        interests_per_run=interests.calls_per_run,
        reconcile=sync.reconcile,
        untick_hard_bounces=configuration.bounces.untick == "hard",
        bounces_notify=configuration.bounces.notify or "",
        clicks_window=configuration.clicks.window,
        scanners=configuration.clicks.scanners,
        absent=frozenset(key for key in ("first_name", "language") if not getattr(configuration.admin.relations, key)),
        opt_in_values=_constants(configuration.opt_in.values),
        text_language=configuration.summary.language,
        calls_per_minute=configuration.flexmail.calls_per_minute,
        calls_per_month=configuration.flexmail.calls_per_month,
        legacy_ignore=configuration.legacy.ignore,
        habits=habits(configuration),
    )


def habits(configuration: Configuration) -> Habits:
    """What costs calls though nothing happens."""
    sync, soap = configuration.sync, configuration.flexmail.soap_token is not None
    return Habits(
        interval=sync.interval,
        soap=soap,
        clicks=soap and configuration.admin.communications is not None,
        opt_in=sync.opt_in,
        reconcile=sync.reconcile,
        interests=_sends_interests(configuration),
    )


def _sends_interests(configuration: Configuration) -> bool:
    """Whether they are sent one by one, not as a custom field."""
    mapped = configuration.admin.interests is not None
    return configuration.sync.interests and mapped and not configuration.interests.as_field


def mapping(configuration: Configuration) -> AdminMapping:
    """Where Admin keeps what."""
    admin = configuration.admin
    return AdminMapping(
        relations=RelationsMapping(**admin.relations.model_dump()),
        newsletter=NewsletterMapping(**admin.newsletter.model_dump()),
        interests=None
        if admin.interests is None
        else InterestsMapping(admin.interests.table, admin.interests.relation_id, _column(admin.interests.interest)),
        communications=None if admin.communications is None else _communications(admin.communications),
        fields={name: _column(column) for name, column in configuration.fields.items()},
        created_columns=tuple(configuration.opt_in.values),
        opt_in=configuration.sync.opt_in,
    )


def _communications(section: Communications) -> CommunicationsMapping:
    names = section.model_dump(exclude={"values", "reference"})
    return CommunicationsMapping(**names, reference=section.reference or "", values=_constants(section.values))


def _constants(values: Mapping[str, object]) -> dict[str, Value]:
    """TOML's values as ours: dates and times as ISO text, yes and no as 1 and 0."""
    return {name: _constant(value) for name, value in values.items()}


def _constant(value: object) -> Value:
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


def _column(column: Column) -> str | Label:
    if column.table is None or column.key is None or column.label is None:
        return column.column
    return Label(column.column, column.table, column.key, column.label)
