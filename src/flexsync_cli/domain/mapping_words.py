"""The names by which tables and columns of an Admin are known, in Dutch, French and English: the likeliest first.

As `legacy_names.plain` makes them: no case, accents and signs, and "mail" for e-mail.
"""

from collections.abc import Mapping, Sequence


def _table(text: str) -> Mapping[str, Sequence[str]]:
    """The names by their key; an indented line goes on with the one before."""
    lines = text.strip().replace("\n    ", " ").splitlines()
    return {key: names.split() for key, _, names in (line.partition(" = ") for line in lines)}


COLUMNS = _table(
    """
id = customerid relationid relatieid klantid clientid idclient contactid customernr customernumber customerno relationnr
    relatienr relatienummer klantnr klantnummer clientnr clientnummer numclient noclient numeroclient codeclient klantcode
    relid klid cliid id nr nummer numero
name = name naam nom lastname achternaam familienaam companyname customername relatienaam klantnaam nomclient firmanaam
    bedrijfsnaam raisonsociale denomination
first_name = firstname voornaam prenom vnaam givenname
email = mail mailaddress mailadres adressemail courriel
language = language taal langue lang languagecode taalcode codelangue languageid taalid
crm_type = crmtype customercrmtype crmtypeid typecrm relatietype customertype klanttype typeclient typerelation relationtype
    relatiesoort soortrelatie
active = isactive active actief actif isactief estactif isactif
flag = newsletter nieuwsbrief infolettre lettreinfo lettredinformation isnewsletter newsletters nieuwsbrieven bulletin
    mailing
interest = interest interesse interet interestid centreinteret
date = date datum dateaction jour communicationdate
subject = subject onderwerp sujet objet title titel
text = text tekst texte body description omschrijving remarks memo
reference = reference referentie externalreference externid
"""
)
TABLES = _table(
    """
relations = customer customers relation relations relatie relaties klant klanten client clients
newsletter = customerpermanent permanent permanentdossier dossierpermanent permanentfile perm
interests = customerinterest interest interests interesse interesses relatieinteresse crminterest
communications = communication communications communicatie communicaties customercommunication
"""
)
# Ids of columns that don't say whose they are.
NOBODYS = frozenset({"id", "nr", "nummer", "numero"})
