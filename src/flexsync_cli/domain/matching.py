"""Whose relation a contact is: by its id first, then by every address it had, then by the address that Admin has."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.holder import choose_holder
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import AddressKey, ContactId, Link, LinkStatus, Relation, RelationId
from flexsync_cli.domain.selection import Rules


class Matcher:
    """Finds the relation of somebody that Flexmail tells of. A shared address is its holder's."""

    def __init__(self, links: Iterable[Link], relations: Iterable[Relation], rules: Rules) -> None:
        self._links = LinkBook(links)
        self._rules = rules
        self.relations: Mapping[RelationId, Relation] = {relation.id: relation for relation in relations}

    def contact_of(self, contact_id: ContactId | None, address: AddressKey) -> ContactId | None:
        """The id of the contact, also where only its address was told."""
        if contact_id is not None:
            return contact_id
        link = self._by_address(address)
        return None if link is None else link.contact_id

    def relation_of(self, contact_id: ContactId | None, address: AddressKey) -> RelationId | None:
        """The relation, as long as Admin has it."""
        by_id = None if contact_id is None else self._links.by_contact.get(contact_id)
        for link in (by_id, self._by_address(address)):
            if link is not None and link.relation_id in self.relations:
                return link.relation_id
        return self._in_admin(address)

    def _by_address(self, address: AddressKey) -> Link | None:
        links = self._links.by_any_address.get(address, [])
        return min(links, key=lambda link: (link.status is not LinkStatus.OPEN, -link.since.timestamp()), default=None)

    def _in_admin(self, address: AddressKey) -> RelationId | None:
        """Who would hold it: among those that may be mailed if there are any."""
        sharing = self._by_key.get(address)
        if not sharing:
            return None
        selected = [relation for relation in sharing if self._rules.selects(relation)]
        return choose_holder(selected or sharing, frozenset(), self._rules.crm_type_order)

    @cached_property
    def _by_key(self) -> Mapping[AddressKey, list[Relation]]:
        index: dict[AddressKey, list[Relation]] = {}
        for relation in self.relations.values():
            key = address_key(relation.email)
            if key is not None:
                index.setdefault(key, []).append(relation)
        return index
