from benchmarks.naive import NaiveClient, rule
from benchmarks.office import INTERESTS, Person

PEOPLE = [Person(f"relation{number}@example.be", f"Name {number}", "nl", "Exact", number) for number in range(40)]
WANTED = {person.email: INTERESTS[:2] for person in PEOPLE}


def test_it_makes_the_calls_of_its_rule_whether_people_are_known_or_not() -> None:
    with NaiveClient(PEOPLE[:20]) as client:
        first, again = client.send(PEOPLE, WANTED), client.send(PEOPLE, WANTED)
    assert first.calls == again.calls == rule(len(PEOPLE), interests=2 * len(PEOPLE)).calls
    assert not first.by_rule


def test_a_changed_address_makes_a_second_contact() -> None:
    moved = [Person("new@example.be", "Name 0", "nl", "Exact", 0)]
    with NaiveClient(PEOPLE[:1]) as client:
        client.send(moved)
        assert client.addresses() == {PEOPLE[0].email, "new@example.be"}
