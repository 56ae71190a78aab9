"""Makes tidy relations as untidy as those of a real Admin. All shares are per hundred relations."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from flexsync_cli.sandbox.office_people import OfficeRelation, deck

_NEWSLETTER: Mapping[str | None, int] = {"J": 78, "N": 18, None: 4}
_ACTIVE: Mapping[int | None, int] = {1: 93, 0: 6, None: 1}
_LANGUAGE = {"known": 98, "unknown": 1, "empty": 1}
_NAME = {"tidy": 88, "padded": 10, "long": 2}
_ADDRESS = {"tidy": 72, "shared": 8, "upper": 5, "padded": 5, "missing": 4, "broken": 3, "several": 3}

_BROKEN = ("geen", "{0}@", "{0}@@example.com", "{0}(at)example.com", "{0}@example..com", "{0}@localhost", "@example.org")
_SEPARATORS = ("; ", ", ", " / ", " ")
_LONG = " - Groupement des propriétaires et exploitants agricoles de la région"


class Mess:
    """Deals out what is wrong. One for a whole office: who shares an address shares it with an earlier relation."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._newsletter = deck(random, _NEWSLETTER)
        self._active = deck(random, _ACTIVE)
        self._language = deck(random, _LANGUAGE)
        self._name = deck(random, _NAME)
        self._address = deck(random, _ADDRESS)
        self._addresses: list[str] = []

    def made_of(self, relation: OfficeRelation) -> OfficeRelation:
        """The relation, with whatever its cards say."""
        return replace(
            relation,
            name=self._untidy_name(relation.name),
            email=self._untidy_address(relation.email or ""),
            language={"known": relation.language, "unknown": "D", "empty": ""}[next(self._language)],
            active=next(self._active),
            newsletter=next(self._newsletter),
        )

    def _untidy_name(self, name: str) -> str:
        match next(self._name):
            case "padded":
                return name.ljust(40)  # as a CHAR column hands it out
            case "long":
                return name + _LONG
            case _:
                return name

    def _untidy_address(self, address: str) -> str | None:
        match next(self._address):
            case "shared" if self._addresses:
                return self._random.choice(self._addresses)
            case "upper":
                return address.upper()
            case "padded":
                return f" {address}  "
            case "missing":
                return self._random.choice((None, ""))
            case "broken":
                return self._random.choice(_BROKEN).format(address.partition("@")[0])
            case "several":
                return f"{address}{self._random.choice(_SEPARATORS)}boekhouding.{address}"
            case _:
                self._addresses.append(address)
                return address
