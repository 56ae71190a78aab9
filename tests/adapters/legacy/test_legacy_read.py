"""One set of settings in every form and encoding; and what is none of them ends in a clear error."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.legacy.read import read_file
from flexsync_cli.domain.legacy import migrate
from flexsync_cli.errors import Misconfigured

ADD = """<?xml version="1.0" encoding="{encoding}"?>
<configuration>
  <configSections><section name="token" type="x"/></configSections>
  <appSettings>
    <add key="Id gebruiker" value="D-12345"/> <add key="Intervalle (minutes)" value="30"/>
    <add key="Gebruikerstoken" value="tok1"/> <add key="SOAP-token" value="tok2"/>
    <add key="Centres d'intérêt" value="vrai"/>
  </appSettings>
  <maatwerkvelden><add key="acc_software" value="SOFTWARE"/></maatwerkvelden>
</configuration>"""
ELEMENTS = """<Flexmail><IdGebruiker>D-12345</IdGebruiker><IntervalMinutes>30</IntervalMinutes>
<Gebruikerstoken>tok1</Gebruikerstoken><Soap><Token>tok2</Token></Soap><Intérêts>oui</Intérêts>
<CustomFields><field name="acc_software" column="SOFTWARE"/></CustomFields></Flexmail>"""
DOTNET = """<configuration><applicationSettings><Module.Settings>
<setting name="AccountId" serializeAs="String"><value>D-12345</value></setting>
<setting name="IntervalMinutes"><value>30</value></setting><setting name="UserToken"><value>tok1</value></setting>
<setting name="SoapToken"><value>tok2</value></setting><setting name="CrmInterests"><value>True</value></setting>
<setting name="CustomFields"><value>acc_software=SOFTWARE</value></setting>
</Module.Settings></applicationSettings></configuration>"""
INI = """; de oude instellingen
[Flexmail]
Id gebruiker = D-12345
Intervalle (minutes) : 30
gebruikerstoken = "tok1"
SOAP token=tok2
Centres d'intérêt = oui
[Maatwerkvelden]
acc_software = SOFTWARE
"""
BARE_INI = INI.replace("[Flexmail]", "")
JSON = json.dumps(
    {
        "Flexmail": {"account_id": 12345, "Interval": "00:30:00", "Gebruikerstoken": "tok1", "SOAP": {"token": "tok2"}},
        "settings": [{"name": "Centres d'intérêt", "value": "oui"}],
        "maatwerkvelden": [{"naam": "acc_software", "kolom": "SOFTWARE"}],
    }
)
REG = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Syneton\Flexmail]
@="standaard"
"Id gebruiker"="D-12345"
"Interval"=dword:0000001e
"Gebruikerstoken"="tok1"
"SOAP token"=hex(2):74,00,6f,00,6b,00,\
  32,00,00,00
"Centres d'intérêt"=dword:00000001

[HKEY_LOCAL_MACHINE\SOFTWARE\Syneton\Flexmail\Maatwerkvelden]
"acc_software"="SOFTWARE"
"""
USER_SETTINGS = """<?xml version="1.0" encoding="{encoding}"?>
<configuration>
  <userSettings><Flexmail.Properties.Settings>
    <setting name="GebruikersId" serializeAs="String"><value>D-12345</value></setting>
    <setting name="Intervalle" serializeAs="String"><value>00:30:00</value></setting>
    <setting name="JetonUtilisateur" serializeAs="String"><value>tok1</value></setting>
    <setting name="JetonSoap" serializeAs="String"><value>tok2</value></setting>
    <setting name="CentresIntérêt" serializeAs="String"><value>-1</value></setting>
    <setting name="ChampsPersonnalisés" serializeAs="Xml"><value>
      <ArrayOfString xmlns:xsd="http://www.w3.org/2001/XMLSchema"><string>acc_software=SOFTWARE</string></ArrayOfString>
    </value></setting>
  </Flexmail.Properties.Settings></userSettings>
</configuration>"""
CHILDREN = """<ArrayOfSetting>
<Setting><Key>Id gebruiker</Key><Value>12345</Value></Setting>
<Setting><Key>Intervalle</Key><Value>30 min</Value></Setting>
<Setting><Key>Gebruikerstoken</Key><Value>tok1</Value></Setting> <Setting><Key>SOAP_TOKEN</Key><Value>tok2</Value></Setting>
<Setting><Key>CRM-intérêts</Key><Value>oui</Value></Setting>
<Maatwerkvelden><Veld naam="acc_software"><Kolom>SOFTWARE</Kolom></Veld></Maatwerkvelden>
</ArrayOfSetting>"""
JSON_LIST = """// de oude instellingen
[
  {"key": "Id gebruiker", "value": 12345}, /* het nummer */
  {"key": "Fréquence", "value": 30}, {"key": "API-sleutel", "value": "tok1"}, {"key": "SOAP token", "value": "tok2"},
  {"key": "Centres d'intérêt", "value": true},
  {"key": "Maatwerkvelden", "value": {"acc_software": "SOFTWARE"}},
]"""
OLD_REG = r"""REGEDIT4

; oud
[HKEY_LOCAL_MACHINE\SOFTWARE\Flexmail]
"IdGebruiker"=hex(1):31,32,33,34,35,00
"Fréquence (min)"=dword:0000001e
"Gebruikerstoken"="tok1"
"SoapToken"=hex(2):74,6f,\
  6b,32,00
"CRMInteresses"="Oui"
"Maatwerkvelden"=hex(7):61,63,63,5f,73,6f,66,74,77,61,72,65,3d,53,4f,46,54,57,41,\
  52,45,00,00
"""
FORMS = {
    "add": ADD,
    "elements": ELEMENTS,
    "dotnet": DOTNET,
    "user settings": USER_SETTINGS,
    "children": CHILDREN,
    "ini": INI,
    "bare": BARE_INI,
    "json": JSON,
    "json list": JSON_LIST,
    "reg": REG,
    "old reg": OLD_REG,
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_in_each_encoding_gives_the_same(tmp_path: Path, form: str, encoding: str) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(FORMS[form].replace("{encoding}", encoding).encode(encoding))
    found = migrate(read_file(path))
    assert found.document == {
        "flexmail": {"account_id": 12345},
        "sync": {"interval": "30m", "interests": True},
        "fields": {"acc_software": "SOFTWARE"},
    }
    assert found.secrets == {"flexmail.token": "tok1", "flexmail.soap_token": "tok2"}


def test_a_text_of_several_lines_and_a_strange_line_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.reg"
    path.write_bytes(b'REGEDIT4\r\n\r\n[A]\r\n"Note"="one\r\ntwo \\"x\\""\r\nwhat is this\r\n"Last"="C:\\\\dir\\\\"\r\n')
    assert [(each.name, each.value) for each in read_file(path)] == [
        ("A/Note", 'one\ntwo "x"'),
        ("A/?", "what is this"),
        ("A/Last", "C:\\dir\\"),
    ]


ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><token>&e;</token></a>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<a><token>geheim</a>", "not valid XML"),
        (ENTITY.encode(), "document type"),
        (LAUGHS.encode(), "document type"),
        (b"<a>" * 100 + b"</a>" * 100, "nested too deeply"),
        (b'{"token": geheim}', "not valid JSON"),
        (b'{"a":' * 100_000, "nested too deeply|not valid JSON"),
        (b"\x00\x01\x02\x03geheim" * 50, "is no text"),
        (b"\x81\x8d geheim", "is no text"),
        (b"\xff\xfe\x00\xd8\x00", "is no text"),
        (b"[\ngeheim", "neither XML"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        (b"a=b\n" * 4 + "".join(f"k{n}=v\n" for n in range(10_001)).encode(), "more than 10000"),
    ],
)
def test_what_can_not_be_read_is_told_without_what_stands_there(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=message) as error:
        read_file(path)
    assert "geheim" not in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"can't read .*old.txt: No such file"):
        read_file(tmp_path / "old.txt")


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    | st.builds(
        lambda form, at, length, junk: form[:at] + junk + form[at + length :],
        st.sampled_from([each.encode() for each in FORMS.values()]),
        st.integers(0, 700),
        st.integers(0, 40),
        st.binary(max_size=20),
    )
)
def test_nonsense_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.txt"
    path.write_bytes(content)
    try:
        settings = read_file(path)
    except Misconfigured:
        return
    found = migrate(settings)
    assert len(found.left) <= len(settings)
