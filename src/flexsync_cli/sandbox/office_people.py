"""The tidy relations of an invented office: Belgian persons and companies, their names by Faker."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import TypeVar

from faker import Faker

K = TypeVar("K")

SOFTWARE = MappingProxyType({1: "Octopus", 2: "WinBooks", 3: "Exact Online", 4: "Yuki", 5: "BOB 50"})
INTERESTS = ("Fiscaliteit", "Btw", "Sociaal recht", "Vennootschappen", "Opleidingen", "Landbouw & natuur")
SUPPLIER, COMPANY, PROSPECT, PERSON = 1, 3, 5, 8  # CRM types: every office has its own list

_LANGUAGES = {"N": 55, "F": 41, "E": 4}
_LEGAL_FORMS = {"N": ("BV", "NV", "CV", "VOF"), "F": ("SRL", "SA", "SC", "SNC"), "E": ("BV", "SRL")}
_HOSTS = ("example.com", "example.net", "example.org")
_POOL = 400  # names a language; more are not needed, and Faker is slow


@dataclass(frozen=True, slots=True)
class OfficeRelation:
    """One relation as Admin holds it; `newsletter` is "J", "N", or None where the permanent file has no row."""

    id: int
    name: str
    first_name: str
    email: str | None
    language: str
    crm_type: int
    active: int | None = 1
    company: bool = False
    newsletter: str | None = "J"
    software: int = 0  # a code of SOFTWARE; 0 is none
    employees: int | None = None
    since: date | None = None
    interests: tuple[str, ...] = ()


def deck(random: Random, shares: Mapping[K, int]) -> Iterator[K]:
    """Cards without end, in those shares, shuffled anew after each deck: a small office has its share of each, too."""
    cards = [card for card, share in shares.items() for _ in range(share)]
    while True:
        random.shuffle(cards)
        yield from cards


class People:
    """Makes relations, each with an address of its own; the same for the same seed."""

    def __init__(self, random: Random, seed: int) -> None:
        self._random = random
        dutch, french = _names("nl_BE", seed), _names("fr_BE", seed)
        self._names = {"N": dutch, "F": french, "E": french}
        self._languages = deck(random, _LANGUAGES)
        self._used: Counter[str] = Counter()

    def relation(self, number: int) -> OfficeRelation:
        """A company or a person, under that id."""
        make = self._company if self._random.random() < 0.45 else self._person
        return make(number, next(self._languages))

    def _person(self, number: int, language: str) -> OfficeRelation:
        first_names, last_names = self._names[language]
        first_name, name = self._random.choice(first_names), self._random.choice(last_names)
        local = self._unique(f"{slug(first_name)}.{slug(name)}")
        return OfficeRelation(
            id=number,
            name=name,
            first_name=first_name,
            email=f"{local}@{self._random.choice(_HOSTS)}",
            language=language,
            crm_type=self._random.choice((PERSON, PERSON, COMPANY)),
            interests=self._interests(),
        )

    def _company(self, number: int, language: str) -> OfficeRelation:
        partners = self._random.sample(self._names[language][1], self._random.choice((1, 2)))
        domain = self._unique("-".join(slug(partner) for partner in partners))
        return OfficeRelation(
            id=number,
            name=f"{' & '.join(partners)} {self._random.choice(_LEGAL_FORMS[language])}",
            first_name="",
            email=f"info@{domain}.example.be",
            language=language,
            crm_type=self._random.choice((COMPANY, COMPANY, COMPANY, PROSPECT, SUPPLIER)),
            company=True,
            software=self._random.choice((0, *SOFTWARE)),
            employees=self._random.choice((None, 1, 2, 5, 12, 40)),
            since=date(1995, 1, 1) + timedelta(days=self._random.randrange(10_000)),
            interests=self._interests(),
        )

    def _interests(self) -> tuple[str, ...]:
        return tuple(sorted(self._random.sample(INTERESTS, self._random.choice((0, 0, 1, 2)))))

    def _unique(self, part: str) -> str:
        self._used[part] += 1
        return part if self._used[part] == 1 else f"{part}{self._used[part]}"


def slug(text: str) -> str:
    """The text as it goes into an address: lower case, no accents, no blanks."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(character for character in plain.lower() if character.isalnum())


def _names(locale: str, seed: int) -> tuple[list[str], list[str]]:
    faker = Faker(locale)
    faker.seed_instance(seed)
    # A set would come out in another order each time: strings are hashed anew in every process.
    return (
        list(dict.fromkeys(faker.first_name() for _ in range(_POOL))),
        list(dict.fromkeys(faker.last_name() for _ in range(_POOL))),
    )
