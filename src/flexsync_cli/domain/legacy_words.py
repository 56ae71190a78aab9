"""The words by which the old module's settings may be called, in Dutch, French and English: `key = name | name | ...`."""

from collections.abc import Mapping, Sequence


def _table(text: str) -> Mapping[str, Sequence[str]]:
    """The names by their key; an indented line goes on with the one before."""
    lines = text.strip().replace("\n    ", " ").splitlines()
    return {key: names.split(" | ") for key, _, names in (line.partition(" = ") for line in lines)}


SETTINGS = _table(
    """
flexmail.account_id = id gebruiker | gebruikers id | gebruiker id | id utilisateur | id d'utilisateur | identifiant
    utilisateur | identifiant | user id | id user | account id | id account | id compte | id du compte | numéro de compte |
    account number | accountnummer | flexmail id | client id | id de l'utilisateur
flexmail.token = gebruikerstoken | user token | token | REST token | API token | API key | access token | personal access
    token | jeton | jeton utilisateur | jeton d'utilisateur | jeton de l'utilisateur | jeton API | jeton REST | API sleutel
    | token utilisateur | token gebruiker | token REST | clé API | clef API | REST API token | REST gebruikerstoken | token
    API | rest user token
flexmail.soap_token = SOAP token | SOAP API token | token SOAP | jeton SOAP | SOAP user token | SOAP gebruikerstoken | SOAP
    key | user token SOAP | SOAP sleutel | clé SOAP | gebruikerstoken SOAP
flexmail.source = bron | source | flexmail source | contact source | bron contacten | source des contacts
flexmail.language = standaardtaal | default language | langue par défaut | taal contacten
sync.interval = interval | intervalle | sync interval | synchronisatie interval | intervalle de synchronisation | timer
    interval | synchronisation interval | synchronization interval | frequentie | fréquence | frequency
sync.interests = CRM interesses | interesses | CRM interests | interests | intérêts | intérêts CRM | centres d'intérêt |
    centres d'intérêt CRM | sync interests | interesses synchroniseren | synchroniser les intérêts | met interesses
sync.crm_types = CRM types | CRM type | types CRM | type CRM | relatietypes | types de relation | CRM typen
sync.opt_in = opt-in | use opt-in | opt-in enabled | opt-in actief | opt-in ingeschakeld | opt-in activé | opt-in actif |
    gebruik opt-in | opt-in gebruiken | utiliser opt-in | opt-in active | two way | tweerichting | bidirectionnel | activer
    opt-in | enable opt-in | opt-in aan
opt_in.crm_type = opt-in CRM type | opt-in type CRM | opt-in relatietype | opt-in type | CRM type opt-in | type CRM opt-in |
    opt-in type de relation | opt-in customer CRM type
bounces.notify = gebouncede e-mail | gebouncede e-mails | gebouncede e-mail adres | gebouncete e-mail | bounce e-mail |
    bounces e-mail | bounced e-mail | bounced e-mails | bounced e-mail address | e-mail bounce | e-mail bounces | e-mail
    gebounced | bounce to | bounce address | bounce notify | e-mail rebond | e-mails rebondis | e-mail rebondi | e-mail de
    rebond | adresse de rebond | e-mail non délivré | e-mails non délivrés | e-mail retourné | courriel rebondi | courriel
    non délivré | bounce | bounces
summary.to = nieuwsbrieven ontvangers | newsletters recipients | samenvatting naar | summary to | résumé à
connection = connection string | connection | connectie | connectiestring | connectie string | database connection |
    database connection string | databaseverbinding | database verbinding | verbinding | verbindingsreeks | chaîne de
    connexion | connexion | connexion base de données | connexion à la base de données | DB connection | admin connection |
    admin connection string | ODBC | ODBC connection | odbc string | sql connection | sql connection string |
    databaseconnectie | connexion bd
database.dsn = DSN | ODBC DSN | database DSN | data source name
database.driver = driver | ODBC driver | database driver | stuurprogramma | pilote | pilote ODBC
database.server = server | database server | databankserver | sql server | db server | serveur | serveur de base de données
    | data source | database host | db host | sql instance | serveur sql
database.database = database | database name | databank | databasenaam | db name | initial catalog | base de données |
    catalog | nom de la base de données | databanknaam | database database | db database
database.user = database user | database user id | db user | database gebruiker | database gebruikersnaam | sql user | uid |
    utilisateur de la base de données | utilisateur base de données | database username | sql login | db username | database
    uid | database login | sql user id
database.password = database password | db password | database wachtwoord | sql password | pwd | wachtwoord database | db
    pwd | mot de passe de la base de données | mot de passe base de données | database pwd | sql wachtwoord | database mot
    de passe | db wachtwoord | base de données mot de passe
database.trusted = trusted connection | integrated security | windows authentication | windows authenticatie |
    authentification windows | database trusted connection | database integrated security
smtp.host = SMTP server | SMTP host | SMTP | mail server | serveur SMTP | mailserver | serveur de messagerie
smtp.port = SMTP port | SMTP poort | port SMTP | mail port
smtp.username = SMTP user | SMTP user name | SMTP gebruiker | SMTP gebruikersnaam | utilisateur SMTP | SMTP login
smtp.password = SMTP password | SMTP wachtwoord | mot de passe SMTP | SMTP pwd
smtp.sender = SMTP sender | SMTP from | SMTP afzender | mail from | afzender | expéditeur | SMTP expéditeur
"""
)
# What the mail after a sync holds: the chapters of the summary.
PARTS = _table(
    """
created = toegevoegd | toegevoegde | nieuw | nieuwe | created | added | new | ajoutés | nouveaux | créés
updated = gewijzigd | gewijzigde | aangepast | bijgewerkt | updated | changed | modifiés | mis à jour
left = verwijderd | verwijderde | removed | deleted | left | supprimés | retirés
opt_outs = uitgeschreven | uitschrijvingen | unsubscribed | opt-outs | désinscrits | désinscriptions | désabonnés
clicks = kliks | klikken | clicks | clics
bounces = bounces | gebounced | gebouncede | gebouncede e-mails | rebonds | bounced
added = opt-in | ingeschreven | inschrijvingen | subscribed | inscrits | inscriptions
duplicates = dubbels | dubbele | duplicaten | duplicates | doublons
parked = fouten | geweigerd | geweigerde | errors | refused | failed | erreurs | refusés
calls = calls | API calls | oproepen | appels
"""
)
FIELDS = (
    "maatwerkvelden",
    "maatwerkveld",
    "custom fields",
    "custom field",
    "champs personnalisés",
    "champ personnalisé",
    "champs sur mesure",
    "vrije velden",
)
NEWSLETTERS = (
    "nieuwsbrieven",
    "nieuwsbrief",
    "newsletters",
    "newsletter",
    "bulletins",
    "lettres d'information",
    "infolettres",
    "bulletins d'information",
    "lettre d'information",
)
