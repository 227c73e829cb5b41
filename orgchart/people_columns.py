"""The columns of a staff list, by the names that HR systems give them in five languages.

Exact names first, the most certain in front; then headers put together from usual words
(``Manager's Personnel No.``), whatever the system calls them.
"""

from __future__ import annotations

import re

from orgchart.columns import Field, Layout, header_words, normalised_header


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(";"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _word(text: str) -> str:
    """One of several words, as a pattern."""
    return "(?:" + "|".join(normalised_header(word) for word in text.split()) + ")"


NUMBER = _word(
    "id ids eid uid pid identifier identifiant identification identifikation no nr num number numbers "
    "nummer numero code codigo codice key kennung kennziffer kuerzel ident kz pernr gpn personalnummer "
    "personalnr persnr pnr pn matricule matricola matricula legajo nomina clave"
)
PEOPLE_WORD = _word(
    "employee employees emp empl worker workers user users person persons personnel personal personals "
    "people mitarbeiter mitarbeiters mitarbeiterin mitarbeitenden mitarbeiterinnen beschaftigten staff "
    "associate colleague teammember member empleado empleados trabajador colaborador employe employes "
    "salarie salaries collaborateur agent dipendente dipendenti medewerker medewerkers werknemer "
    "werknemers persoon persoons personeels personeel stam ansatt benutzer pers"
)
SYSTEM = _word("ma hr hris payroll workday sap global file")
MEANS = _word(
    "email emails mail address adresse emailaddress upn userprincipalname principalname name names full "
    "fullname display displayname username login account samaccountname dn distinguishedname cn nombre "
    "nom nome correo courriel"
)
WHICH = _word(
    "direct directo directa diretto diretta line people reporting direkter direkte direkt "
    "disziplinarischer disziplinarische disziplinarisch hierarchique hierarchisch jerarquico n1 immediate "
    "inmediato inmediata primary solid administrative administrativer current legal level1 team 1 cf crf"
)
MANAGER = _word(
    "manager managers mgr mgrs supervisor supervisors vorges vorgesetzte vorgesetzten vorgesetzter "
    "vorgesetzteR vorgesetztenr vorgesetzterin fuhrungskraft fuhrungskrafte fuehrungskraft "
    "fuehrungskrafte fk teamleiter teamleitung teamleader teamlead responsable responsables responsabile "
    "superieur jefe jefa chef chefe boss superior gestor gerente encargado capo leader lead "
    "leidinggevende leidinggevenden reportsto reportingto reportto berichtetan berichtsweg rapporteertaan "
    "reportaa parent"
)


def _put_together(word: str, attribute: str, *, alone: bool = False) -> re.Pattern:
    """A header that names a word with at least one attribute before or after it, and nothing else."""
    after = "*" if alone else "+"
    return re.compile(f"(?:{attribute})+(?:{word})(?:{attribute})*|(?:{word})(?:{attribute}){after}")


MANAGER_MARKS = _words("manager managers mgr supervisor vorgesetzter vorgesetzte vorgesetzten")
ID_MARKS = _words("id no nr number nummer num email mail upn dn")
OTHERS_MARKS = _words(
    "dotted matrix functional fachlicher fachliche second secondary zweiter zweite skip level level2 "
    "level3 2 3 hr hrbp project projekt position pos job cost center costcenter is has count number of "
    "flag type interim former previous department dept org organization organisation location site "
    "country team ex deputy stellvertreter stellvertretender vice assistant"
)


def names_a_manager(text: str) -> bool:
    """Whether a header speaks of the manager's id or address among words of the company's own."""
    words = set(header_words(text))
    ids = words & ID_MARKS
    return bool(words & MANAGER_MARKS and ids) and not (words - ids) & OTHERS_MARKS


PEOPLE = Layout(
    fields=(
        Field(
            "employee_id",
            _names("""
                employee id; person id; worker id; user id; userid; employee number; employee no; employee
                #; emp id; emp no; emp number; empl id; eeid; ee id; personnel number; personnel no;
                personnel id; personalnummer; personal nr; pers nr; pers no; pernr; personal id;
                mitarbeiternummer; mitarbeiter nr; mitarbeiter id; mitarbeiterkennung; staff id; staff
                number; staff no; associate id; payroll number; hr id; global id; workday id; person id
                external; matricule; matricola; numero empleado; id empleado; numero employe; n employe; id
                employe; personeelsnummer; medewerkernummer; medewerkersnummer; werknemersnummer;
                stamnummer; persoonsnummer; registratienummer; numero personal; numero salarie; numero
                matricule; n matricule; n salarie; legajo; clave empleado; codigo empleado; codice
                dipendente; id; employee code; employee; samaccountname; uid; kuerzel; kennung; identifiant;
                identificador; gpn; ident nr; nr; no; number; nummer; numero; id nummer; id number; ma nr;
                ma nummer; ma id; lfd nr; n; login; user name; benutzername; username"""),
            required=True,
            title="Employee id",
        ),
        Field(
            "manager_id",
            _names("""
                manager id; manager employee id; managers employee id; manager's id; manager number; manager
                user id; manager person id; manager personnel number; supervisor id; supervisor employee id;
                supervisor number; reports to id; reporting to id; line manager id; line manager employee
                id; direct manager id; boss id; superior id; vorgesetzten id; vorgesetzter id; vorgesetzte
                id; vorgesetztennummer; vorgesetzte pers nr; vorgesetzter pers nr; vorgesetzten pers nr;
                personalnummer vorgesetzter; personalnummer des vorgesetzten; vorgesetzter personalnummer;
                vorgesetzte personalnummer; fuhrungskraft id; fuhrungskraft personalnummer; matricule
                manager; matricule responsable; matricule n+1; manager; reports to; reporting to; reports to
                email; supervisor; line manager; direct manager; people manager; manager email; manager
                e-mail address; manager email address; manager's email; supervisor email; line manager
                email; vorgesetzter e-mail; e-mail vorgesetzter; fuhrungskraft e-mail; manager name; manager
                full name; worker's manager; supervisor name; line manager name; manager dn; vorgesetzter;
                vorgesetzte; vorgesetzte r; vorgesetzte person; vorgesetzter name; name vorgesetzter;
                direkter vorgesetzter; disziplinarischer vorgesetzter; disziplinarvorgesetzter;
                fuhrungskraft; berichtet an; rapportiert an; unterstellt; chef; superior; boss; superieur;
                responsable; responsabile; jefe; id manager; id responsable; leidinggevende; jefe directo;
                jefa; superieur hierarchique; n+1; manager upn; manager sam account name; mgr; reporting
                manager; immediate supervisor; immediate manager; reporta a; rapporteert aan; rapporte a;
                rattachement hierarchique; rattache a; gerente; encargado; capo; parent id; parent;
                teamleiter; teamleitung; team lead; team leader; fk; leiter; leitung"""),
            required=True,
            title="Manager",
        ),
        Field("manager_email", (), title="Manager, always by email"),
        Field("manager_name", (), title="Manager, always by full name"),
        Field("manager_dn", (), title="Manager, always by distinguished name"),
        Field(
            "name",
            _names("""
                full name; display name; employee name; worker; worker name; legal name; preferred name;
                person name; last name first name; first name last name; last first; first and last name;
                name surname; surname name; nachname vorname; vorname nachname; name vorname; vorname name;
                vor und nachname; vollstandiger name; voller name; mitarbeiter; mitarbeiterin;
                mitarbeitername; mitarbeitende; mitarbeitende r; name mitarbeiter; nom complet; nombre
                completo; nome completo; volledige naam; person; cn; common name; employee full name; naam;
                naam medewerker; nombre y apellidos; nombre apellidos; apellidos y nombre; apellidos nombre;
                nombre empleado; cognome nome; nome cognome; cognome e nome; nome e cognome; nom prenom;
                prenom nom; nom et prenom; prenom et nom; nom salarie; nom employe; name und vorname;
                nachname und vorname; medewerker; empleado; dipendente; salarie; collaborateur; employee;
                staff name; staff member; team member; resource name; associate name;
                name mitarb bzw bewerbers; preferred name in general display format"""),
            title="Full name",
        ),
        Field(
            "first_name",
            _names("""
                first name; given name; forename; vorname; vornamen; prenom; prenoms; nombre; nombres; nome;
                voornaam; legal first name; legal name first; legal name first name; preferred first name;
                rufname; roepnaam; firstname preferred; nombre pila; primer nombre; first; prenom usuel"""),
            title="First name",
        ),
        Field(
            "name_prefix",
            _names("""
                tussenvoegsel; tussenvoegsels; voorvoegsel; voorvoegsels; namenszusatz; name infix; last
                name prefix; vorsatzwort; surname prefix"""),
            title="Name prefix (van, de)",
        ),
        Field(
            "last_name",
            _names("""
                last name; surname; family name; nachname; familienname; nom; nom de famille; nom usage;
                apellido; apellidos; primer apellido; cognome; achternaam; legal last name; legal name last;
                legal name last name; preferred last name; sn; zuname; geslachtsnaam; last"""),
            title="Last name",
        ),
        Field(
            "email",
            _names("""
                email; e-mail address; work email; work email address; mail; email primary work; primary
                work email; business email; company email; corporate email; office email; email work; e-mail
                geschaftlich; geschaftliche e-mail; dienstliche e-mail; e-mail dienstlich; e-mail adresse;
                mailadresse; email address work; courriel; courriel professionnel; correo; adresse e-mail;
                user principal name; upn; correo electronico; correo corporativo; email corporativo;
                indirizzo email; indirizzo e-mail; email aziendale; adresse mail; e-mail prof; email
                professionnel; adresse electronique; mail professionnel; primary email; primary email
                address; company email address; e-mailadres; emailadres; zakelijk e-mailadres; werk e-mail;
                business email information email address; adresse e-mail professionnelle; adresse mail
                professionnelle; adresse de messagerie; indirizzo di posta elettronica"""),
            title="Email",
        ),
        Field(
            "title",
            _names("""
                job title; business title; position title; position; job; stelle; funktion; function; role;
                rolle; stellenbezeichnung; positionsbezeichnung; jobtitel; berufsbezeichnung; tatigkeit;
                poste; puesto; puesto trabajo; cargo; mansione; functie; functienaam; functietitel; job
                name; job profile; titel; employee title; planstelle; planstelle text; intitule poste;
                intitule du poste; libelle poste; emploi; fonction; denominacion puesto; qualifica; ruolo;
                posizione; rol; stellenbezeichnung lang; designation; job title name; job role; job
                description; job classification; funktionsbezeichnung; dienststellung; job title
                description; libelle emploi; libelle fonction"""),
            title="Title",
        ),
        Field(
            "department",
            _names("""
                department name; supervisory organization; supervisory organisation; dept; dept name; abt;
                organizational unit; organisational unit; organizational unit name; organisationseinheit;
                oe; org unit; orgunit; orgeinheit; abteilung; abteilungsname; abteilungsbezeichnung;
                organization; organisation; org; team; unit; business unit; bereich; fachbereich;
                departement; departamento; dipartimento; afdeling; service; division; cost center name;
                reparto; ufficio; area; seccion; direction; orgeinheit text; organisationseinheit text;
                afdelingsnaam; kostenstelle bezeichnung; kostenstellenbezeichnung; home department;
                department description; department long name; current department; team name; unita
                organizzativa; unidad; unidad organizativa; unite; organisatie eenheid; organisatorische
                einheit; unite organisationnelle; unite organisation; libelle service; home
                department description; department text"""),
            title="Department",
        ),
        Field(
            "location",
            _names("""
                work location; location name; standort; dienstort; dienstsitz; arbeitsort; arbeitsstatte;
                office; office location; site; physical delivery office name; city; stadt; ort; lieu;
                ubicacion; sede; locatie; niederlassung; site travail; lieu travail; etablissement; lugar
                trabajo; centro trabajo; centro; ciudad; ville; localidad; location description; work site;
                work city; vestiging; werklocatie; standplaats; plaats; luogo; luogo lavoro; citta; l"""),
            title="Location",
        ),
        Field(
            "start_date",
            _names("""
                hire date; date of hire; hired on; hired; start; original hire date; continuous service
                date; joining date; join date; date of joining; date joined; entry date; employment start
                date; company entry date; eintrittsdatum; eintritt; einstellungsdatum; einstellung;
                startdatum; beschaftigt seit; beginn; arbeitsbeginn; vertragsbeginn; datum eintritt; date
                d'embauche; embauche; fecha de alta; fecha contratacion; fecha incorporacion; fecha
                antiguedad; data assunzione; datum in dienst; in dienst; indiensttreding; datum
                indiensttreding; date entree; fecha ingreso; fecha inicio; date debut; employment date;
                service date; date arrivee; most recent hire date; last hire date; data inizio; doj;
                date anciennete; enterprise hire date"""),
            title="Start date",
        ),
        Field(
            "end_date",
            _names("""
                end; termination date; date of termination; date of leaving; leaving date; leave date; left
                on; last day; last working day; last day of work; last day worked; exit date; separation
                date; employment end date; contract end date; end of employment; austrittsdatum; austritt;
                datum austritt; enddatum; ende; letzter arbeitstag; vertragsende; beschaftigt bis; date de
                sortie; sortie; fecha de baja; fecha salida; fecha fin; fecha fin contrato; fecha cese;
                fecha terminacion; date depart; date fin; date fin contrat; data cessazione; data fine; data
                uscita; datum uit dienst; uit dienst; uitdiensttreding; datum uitdiensttreding; einde
                dienstverband; kundigungsdatum austritt"""),
            title="End date",
        ),
        Field(
            "status",
            _names("""
                employment status; employee status; worker status; user status; person status; active; is
                active; active status; active flag; aktiv; ist aktiv; actif; activo; attivo; actief;
                inactive; is inactive; inaktiv; terminated; is terminated; beschaftigungsstatus;
                anstellungsstatus; personalstatus; enabled; account enabled; account status; account
                disabled; disabled; statut; statut employe; statut salarie; estado; estado empleado; stato;
                stato dipendente; useraccountcontrol; mitarbeiterstatus; employment state; assignment
                status; worker active; beschaftigt; employee active; situation; dienstverbandstatus; status
                medewerker; hr status; lifecycle status; status beschaftigung"""),
            title="Status",
        ),
        Field(
            "dotted_manager_id",
            _names("""
                dotted manager; dotted line manager; dotted line manager id; dotted manager employee id;
                dotted line; dotted line id; dotted line to; matrix manager; matrix manager id; secondary
                manager; secondary manager id; functional manager; functional manager id; second manager;
                second manager id; dotted line supervisor; matrix supervisor; functional supervisor;
                fachlicher vorgesetzter; fachliche fuhrungskraft; fachvorgesetzter; fachvorgesetzte; zweiter
                vorgesetzter; matrix vorgesetzter; matrix fuhrungskraft; manager fonctionnel; responsable
                fonctionnel; jefe funcional; responsable funcional; functioneel leidinggevende; functionele
                manager; responsabile funzionale"""),
            title="Dotted-line manager",
        ),
        Field(
            "distinguished_name",
            _names("dn; distinguished name; object dn; user dn; ldap dn"),
            title="Distinguished name",
        ),
    ),
    alternatives=(("manager_id", ("manager_email", "manager_name", "manager_dn")),),
    patterns=(
        ("employee_id", _put_together(f"(?:{PEOPLE_WORD}|{SYSTEM})+", NUMBER)),
        ("name", re.compile(f"(?:{PEOPLE_WORD}|payroll)(?:full|display|legal|preferred)?name")),
        (
            "status",
            re.compile(f"(?:{PEOPLE_WORD}|position|assignment|contract|vertrags)status(?:type|text|name)?"),
        ),
        ("manager_id", _put_together(MANAGER, f"(?:{NUMBER}|{MEANS}|{WHICH}|{PEOPLE_WORD})", alone=True)),
    ),
    guesses=(("manager_id", names_a_manager),),
    prefix=re.compile(
        r"(?:personal|biographical|job|employment|name|position|business email|organi[sz]ational?|contact)"
        r"[ _]+(?:information|details|data|info)[ _:.-]+(?=\w)",
        re.IGNORECASE,
    ),
)

PRIVATE = re.compile(
    r"salary|wage|compensation|pay$|payrate|bonus|gehalt|lohn|vergutung|gender|sex$|geschlecht|birth|geburt|dob$|"
    r"^age$|^alter$|nation|citizen|staatsang|health|gesundheit|disab|behinder|schwerbe|relig|konfession|ethnic|"
    r"race$|marital|familienstand|iban|bankaccount|ssn$|socialsecurity|sozialversich|steuer|taxid|passport|"
    r"homeaddress|privat|pregnan|union|gewerkschaft|sick|krank|absence"
)


def is_private(header: str) -> bool:
    """Whether a column is one that nobody should store without a thought."""
    return bool(PRIVATE.search(normalised_header(header)))
