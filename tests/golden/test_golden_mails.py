from tests.golden import letters


def test_every_mail_reads_as_it_was_last_looked_at() -> None:
    wanted = letters.files()
    assert set(letters.FOLDER.iterdir()) == set(wanted), letters.__doc__
    for path, text in wanted.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: {letters.__doc__}"
