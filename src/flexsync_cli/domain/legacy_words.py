"""The words of which the old module's settings may be named, in Dutch, French and English, and what they mean together."""

from collections.abc import Mapping
from dataclasses import dataclass

FILLER = ""


def _vocabulary(text: str) -> Mapping[str, str]:
    """Each word with what it says; an indented line goes on with the one before."""
    lines = text.strip().replace("\n    ", " ").splitlines()
    table = ((meaning, words.split()) for meaning, _, words in (line.partition(" = ") for line in lines))
    return {word: FILLER if meaning == "nothing" else meaning for meaning, words in table for word in words}


# Without accents and signs, "mail" for e-mail; a word here may be several of a person's.
WORDS = _vocabulary(
    """
nothing = de het een van voor met naar in en op of the for a an is use d l la le les du des pour avec aux au par et my mijn
    aan settings setting instelling instellingen parametre parametres parameter parameters option options optie opties
    config configuration configuratie processengine process engine marketplace syneton admin adminis adminconsult module
    gebruik gebruiken utiliser value waarde valeur enabled enable active actief actif actieve ingeschakeld inschakelen
    activer active activee activeer activeren include inclure initial appsettings usersettings applicationsettings
    connectionstrings
flexmail = flexmail
id = id identifiant identificatie identifier nummer nr number numero no n
user = user users gebruiker gebruikers utilisateur utilisateurs
account = account accounts compte
user id = clientid
token = token tokens jeton jetons
key = key sleutel cle clef
api = api rest
access = access acces toegang toegangs personal persoonlijk persoonlijke personnel bearer
soap = soap
interval = interval intervallen intervalle intervaltijd frequentie frequence frequency timer periode period periodicite
sync = sync synchronisatie synchronisation synchronization synchroniseer synchroniseren synchroniser synchronise synchronize
    refresh polling poll
crm = crm
interest = interesse interesses interest interests interet interets belangstelling centredinteret centresdinteret
    centreinteret centresinteret
type = type types typen soort soorten
relation = relation relations relatie relaties klant klanten customer customers client clients
contact = contact contacts contacten
optin = optin
twoway = twoway tweerichting tweerichtings bidirectionnel bidirectionnelle bidirectioneel bidirectional
bounce = bounce bounces bounced gebounced gebouncede gebouncete gebouncde gebounceerde rebond rebonds rebondi rebondis
    rejete rejetes retourne retournes renvoye renvoyes nondelivre nondelivres nonremis undelivered undeliverable
    onbestelbaar onbestelbare teruggestuurd teruggestuurde
mail = mail mails email emails courriel courriels messagerie
address = adres adressen address addresses adresse adresses
to = to recipient recipients ontvanger ontvangers destinataire destinataires bestemmeling bestemmelingen notify notifier
    notification notifications melding meldingen
newsletter = nieuwsbrief nieuwsbrieven newsletter newsletters bulletin bulletins infolettre infolettres lettredinformation
    lettresdinformation bulletindinformation bulletinsdinformation
summary = samenvatting summary resume
connection = connection connectie connexion verbinding verbindings
string = string strings reeks tekenreeks chaine
database = database databases databank databasis db bd sql basededonnees basededonnee basedonnees
odbc = odbc
dsn = dsn datasourcename
server = server serveur host hostname instance instantie datasource
name = name naam nom
catalog = catalog catalogus catalogue
driver = driver stuurprogramma pilote
password = password wachtwoord paswoord motdepasse pwd passwd
login = login uid
trusted = trusted integrated windows
security = security authentication authenticatie authentification
smtp = smtp
port = port poort
sender = afzender sender from expediteur
source = bron source sources
language = taal language langue
default = default standaard defaut
unit = ms milliseconden milliseconde milliseconds millisecondes sec seconds secondes seconden second seconde min mins minuut
    minuten minute minutes hour hours uur uren heure heures day days dag dagen jour jours
field = field veld champ
fields = fields velden champs
custom = custom maatwerk personnalise personnalises surmesure vrij vrije extra eigen aangepast aangepaste specifique
    specifiques specifiek specifieke libre libres mapping mappings koppeling koppelingen correspondance correspondances
"""
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A key, the meanings of which all must be in a name, and those that may be there too."""

    key: str
    needed: frozenset[str]
    allowed: frozenset[str]


def _rules(text: str) -> tuple[Rule, ...]:
    """From `key = needed needed | needed needed; allowed`."""
    rules = []
    for line in text.strip().splitlines():
        key, _, rest = line.partition(" = ")
        needed, _, allowed = rest.partition("; ")
        rules += [Rule(key, frozenset(each.split()), frozenset(allowed.split())) for each in needed.split(" | ")]
    return tuple(rules)


# The first that fits counts.
RULES = _rules(
    """
flexmail.account_id = user id | account id | account | flexmail id | flexmail user | api user; flexmail api
flexmail.token = token | key api; user api access account flexmail
flexmail.soap_token = soap token | soap key; user api access account flexmail
flexmail.source = source; contact default flexmail
flexmail.language = language default | language contact; flexmail
sync.interval = interval; sync unit flexmail
sync.interests = interest; crm sync contact relation flexmail
sync.crm_types = crm type | relation type; sync crm relation flexmail
sync.opt_in = optin | twoway; sync flexmail
opt_in.crm_type = optin type; crm relation flexmail
bounces.notify = bounce; mail address to flexmail
summary.to = newsletter to | newsletter address | summary to | summary mail | summary; mail address to flexmail
connection = connection | odbc | database string; string database odbc default
database.dsn = dsn; odbc database name
database.driver = driver; odbc database name
database.server = server; database odbc name
database.database = database | catalog; database name odbc
database.user = user | login; database odbc name id login user
database.password = password; database odbc user login
database.trusted = trusted; connection security database
smtp.host = smtp | mail server; server name
smtp.port = smtp port | mail port; server
smtp.username = smtp user | smtp login; name server mail user login
smtp.password = smtp password; server user mail login
smtp.sender = sender; smtp mail address server
"""
)

# What the mail after a sync holds: the chapters of the summary.
PARTS = _vocabulary(
    """
nothing = contact contacts contacten mail mails email emails adres adressen adresses relatie relaties abonnee abonnees
    abonnes subscribers aantal nombre number of list lijst liste overzicht flexmail toon tonen show afficher met in en de
    het les des la le d et and with include nieuwsbrief newsletter api
created = toegevoegd toegevoegde nieuw nieuwe created added new ajoute ajoutes nouveau nouveaux nouvelle nouvelles cree
    crees aangemaakt aangemaakte
updated = gewijzigd gewijzigde aangepast aangepaste bijgewerkt bijgewerkte updated changed modifie modifies misajour
left = verwijderd verwijderde removed deleted left supprime supprimes retire retires
opt_outs = uitgeschreven uitschrijving uitschrijvingen unsubscribed unsubscribes unsubscriptions optout optouts desinscrit
    desinscrits desinscription desinscriptions desabonne desabonnes desabonnement desabonnements
clicks = klik kliks klikken click clicks clic clics
bounces = bounce bounces bounced gebounced gebouncede rebond rebonds rebondis
added = optin ingeschreven inschrijving inschrijvingen subscribed subscriptions inscrit inscrits inscription inscriptions
duplicates = dubbel dubbels dubbele duplicaat duplicaten duplicate duplicates doublon doublons
parked = fout fouten geweigerd geweigerde error errors refused failed erreur erreurs refuse refuses
calls = call calls oproep oproepen appel appels
"""
)
