"""Exports of other houses of the same kinds: nobody told us their headers, and they go in all the same."""

import datetime
import io

import pytest
import xlsxwriter

from orgchart.importing import read_people
from orgchart.people_columns import PEOPLE
from orgchart.people_files import ImportOptions


def workbook(**sheets):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        page.write(number, place, cell)
    return target.getvalue()


def lines(*rows, encoding="utf-8"):
    return "\r\n".join(rows).encode(encoding)


WORKDAY = lines(
    "Report Name:,All Active Workers", "Run Date:,2026-03-31", "",
    "Employee ID,Worker,Business Title,Supervisory Organization,Worker's Manager,Manager - Employee ID,"
    "Hire Date,Active Status",
    "2101,Jane Roe,CEO,Executive,,,2010-01-01,Yes", "2102,John Doe,CFO,Finance,Jane Roe,2101,2012-05-01,Yes",
    "2103,Zoe Old,Clerk,Finance,John Doe,2102,2012-05-01,No", encoding="utf-8-sig",
)  # fmt: skip
WORKDAY_NAMES = lines(
    "Employee ID,Legal Name,Position,Manager,Cost Center",
    "2101,Jane Roe,CEO,,CC1", "2102,John Doe,CFO,Jane Roe (2101),CC1", "2103,Al Bo,X,John Doe (On Leave),CC1",
)  # fmt: skip
SUCCESSFACTORS = lines(
    "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,GENDER,EMAIL,MANAGER,HR,DEPARTMENT,HIREDATE,TITLE,MATRIX_MANAGER",
    "Status,User ID,Username,First Name,Last Name,Gender,Email,Manager,Human Resource,Department,Hire Date,"
    "Title,Matrix Manager",
    "active,u1,ann,Jane,Roe,F,a@x.example,NO_MANAGER,NO_HR,Board,01/13/2010,CEO,",
    "active,u2,ben,John,Doe,M,b@x.example,u1,u1,Ops,12/31/2010,COO,u1",
    "inactive,u3,cy,Cy,Gone,M,c@x.example,u2,u1,Ops,12/31/2010,X,",
)  # fmt: skip
SUCCESSFACTORS_ODATA = lines(
    "userId,username,status,firstName,lastName,manager.userId,department,hireDate",
    "u1,ann,t,Jane,Roe,NO_MANAGER,Board,/Date(1262304000000)/",
    "u2,ben,t,John,Doe,u1,Ops,2012-05-01T00:00:00", "u3,cy,f,Cy,Gone,u1,Ops,2012-05-01T00:00:00",
)  # fmt: skip
PERSONIO = lines(
    "Personalnummer;Vorname;Nachname;E-Mail;Status;Abteilung;Position;Vorgesetzter;Geburtsdatum;"
    "Eintrittsdatum;Austrittsdatum",
    "0001;Jane;Roe;j@x.example;Aktiv;Geschäftsführung;CEO;;1.1.1970;01.02.2010;",
    "0002;John;Doe;d@x.example;Aktiv;Vertrieb;Leiter;Roe, Jane;1.1.1970;01.02.2012;",
    "0003;Ü;Ö;ue@x.example;Inaktiv;Vertrieb;X;John Doe;1.1.1970;01.02.2012;31.01.2020", "", "",
    encoding="cp1252",
)  # fmt: skip
BAMBOO = lines(
    "EmployeeNumber,First Name,Last Name,Preferred Name,Job Title,Department,Supervisor,Hire Date",
    "1,Jane,Roe,,CEO,Exec,,05/20/2015", "2,John,Doe,Johnny,VP,Exec,Jane Roe,05/21/2015",
    "3,Al,Bo,,X,Exec,John Doe,05/21/2015",
)  # fmt: skip
ACTIVE_DIRECTORY = lines(
    "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser",
    '"SamAccountName","DisplayName","Title","Department","Manager","Enabled","DistinguishedName","employeeID"',
    '"jroe","Jane Roe","CEO","Board",,"True","CN=Roe\\, Jane,OU=U,DC=x","1"',
    '"jdoe","John Doe","Dev","IT","cn=Roe\\, Jane, ou=U, dc=x","True","CN=John Doe,OU=U,DC=x",""',
    '"cc","Cy C","Dev","IT","CN=John Doe,OU=U,DC=x","False","CN=Cy C,OU=U,DC=x",""',
)  # fmt: skip
CSVDE = lines(
    "DN,objectClass,cn,manager,sAMAccountName,userAccountControl",
    '"CN=Jane Roe,OU=U,DC=x",user,Jane Roe,,jroe,512',
    "\"CN=John Doe,OU=U,DC=x\",user,X'4a6f686e20446f65',\"CN=Jane Roe,OU=U,DC=x\",jdoe,66048",
    '"CN=Cy C,OU=U,DC=x",user,Cy C,"CN=Jane Roe,OU=U,DC=x",cc,514', encoding="utf-16",
)  # fmt: skip
SAP_HCM = lines(
    "PersNr\tNachname\tVorname\tOrgEinheit\tPlanstelle\tVorges.PersNr",
    "00000001\tRoe\tJane\tO\tP\t00000000", "00000002\tDoe\tJohn\tO\tP\t00000001", encoding="utf-16",
)  # fmt: skip
GOOGLE = lines(
    "First Name [Required],Last Name [Required],Email Address [Required],Employee ID,Manager Email,"
    "Department",
    "Jane,Roe,j@x.example,1,,Board",
    "John,Doe,d@x.example,2,J@X.example,Ops",
)  # fmt: skip
ENTRA = lines(
    "userPrincipalName,displayName,employeeId,jobTitle,department,managerUserPrincipalName,accountEnabled",
    "a@x.example,Jane Roe,1,T,Q,,True", "b@x.example,John Doe,2,T,Q,a@x.example,True",
)  # fmt: skip
BY_HAND = workbook(
    Cover=[["Headcount March"], ["HR, confidential"]],
    Pivot=[["Department", "Count"], ["Ops", 3]],
    Staff=[
        ["Staff list"], [], ["Nr.", "Name", "Reports to", "Dept", "Start"],
        [1, "Jane Roe", None, "Board", 40179], [2, "John Doe", "Jane Roe", "Ops", 40180],
    ],
)  # fmt: skip
FRENCH = lines(
    "Numéro d'employé;Nom complet;Matricule du responsable;Département;Fonction;Date d'entrée;Statut",
    "001;Jane Roe;;Direction;PDG;01/02/2010;Actif", "002;John Doe;001;Ventes;Chef;31/12/2011;Actif",
    "003;Old One;001;Ventes;Chef;31/12/2011;Inactif", encoding="cp1252",
)  # fmt: skip
FRENCH_APART = lines(
    "Matricule;Nom;Prénom;Responsable;Service;Poste;Date d'embauche;Courriel",
    "001;Roe;Jane;;Direction;PDG;01/02/2010;a@x.example",
    "002;Doe;John;001;Ventes;Chef;31/12/2011;e@x.example",
    encoding="cp1252",
)  # fmt: skip
SPANISH = lines(
    "ID de empleado\tNombre\tApellidos\tID del supervisor\tÁrea\tPuesto\tFecha de ingreso\tEstado",
    "7\tJane\tRoe\t\tDirección\tCEO\t1/2/2010\tActivo", "8\tJohn\tDoe\t7\tVentas\tJefa\t31/12/2010\tActivo",
    "9\tAna\tPaz\t7\tVentas\tX\t31/12/2010\tBaja", encoding="utf-16-le",
)  # fmt: skip
ITALIAN = lines(
    "Matricola;Cognome;Nome;Responsabile;Reparto;Mansione", "7;Roe;Jane;;Dir;CEO", "8;Doe;John;Jane Roe;Ven;X"
)
DUTCH = lines("Personeelsnummer|Naam|Leidinggevende|Afdeling", "7|Jane Roe||Dir", "8|John Doe|7|Dir")

SAP_LIST = lines(
    "31.03.2026             Dynamische Listenausgabe             1", "", "",
    "\tPersNr\tName des Mitarb. bzw. Bewerbers\tOrgEinheit\tPersNr Vorgesetzter\tStatus Beschäftigung", "",
    "\t00001001\tJane Roe\tVorstand\t00000000\taktiv", "\t00001002\tJohn Doe\tIT\t00001001\taktiv",
    "\t00001003\tOld One\tIT\t00001002\tausgetreten", encoding="cp1252",
)  # fmt: skip
AFAS = lines(
    "Medewerker;Roepnaam;Voorvoegsel;Achternaam;Leidinggevende;Naam leidinggevende;Datum uit dienst",
    "00100;Jane;;Roe;;;", "00101;John;;Doe;00100;J. Roe;", "00102;Oud;de;Een;00101;J. Doe;31-12-2020",
)  # fmt: skip
ADP = lines(
    '"Position ID","Associate ID","Payroll Name","Reports To Name","Reports To Associate ID","Hire Date",'
    '"Position Status"',
    '"P1","A1","Jane Roe","","","01/13/2010","A - Active"',
    '"P2","A2","John Doe","Roe, Jane","A1","01/13/2010","L - Leave"',
    '"P3","A3","Old One","Doe, John","A2","01/13/2010","T - Terminated"',
)  # fmt: skip
ORACLE = lines(
    "Person Number,Display Name,Assignment Status Type,Line Manager Person Number,Line Manager Name",
    "1,Jane Roe,ACTIVE_PROCESS,,", "2,John Doe,SUSPEND_PROCESS,1,Jane Roe",
    "3,Jane Roe,INACTIVE_PROCESS,2,John Doe",
)  # fmt: skip
INDIAN = lines(
    "Emp Code,Emp Name,Designation,Reporting Manager Code,Reporting Manager Name,DOJ,Emp Status",
    "E1,Jane Roe,CEO,,,01-Apr-2010,Active", "E2,John Doe,COO,E1,Jane Roe,01-Apr-2012,Confirmed",
    "E3,Old One,X,E2,John Doe,01-Apr-2012,Resigned",
)  # fmt: skip
FRENCH_PAYROLL = lines(
    "Identifiant salarié\tNom d'usage\tPrénom usuel\tManager (matricule)\tManager direct\tLibellé service\t"
    "Situation",
    "00012\tRoe\tJane\t\t\tDirection\tPrésent", "00013\tDoe\tJohn\t00012\tRoe Jane\tAchats\tPrésent",
    "00014\tPetit\tLuc\t00013\tDoe John\tAchats\tSorti", encoding="utf-16",
)  # fmt: skip
FRENCH_BY_HAND = lines(
    "Liste du personnel", "", "N°;Nom et prénom;Service;Supérieur hiérarchique direct;Date d'arrivée",
    "1;Jane Roe;Direction;;01/09/2001", "2;John Doe;Achats;Roe Jane;13/10/2010", encoding="cp1252",
)  # fmt: skip
GROUPED = workbook(
    Hinweise=[["Bitte nicht verändern"]],
    Export=[
        ["Mitarbeiterliste", None, None, "Stand:", 46112], [],
        ["Mitarbeiter", None, None, "Organisation", None, "Zeitraum"],
        ["Personal-Nr.", "Nachname", "Vorname", "Abteilung", "Führungskraft", "Eintritt"],
        [4711, "Roe", "Jane", "Leitung", "", 36526], [4712, "Doe", "John", "IT", "Roe, Jane", 36892],
    ],
)  # fmt: skip

EXPORTS = {name: value for name, value in globals().items() if isinstance(value, bytes)}


@pytest.mark.parametrize("name", EXPORTS)
def test_export_goes_in_as_it_is(name):
    file = read_people(EXPORTS[name])
    assert [str(fault) for fault in file.faults.errors] == []
    people = {person.employee_id: person for person in file.persons}
    top = file.persons[0]
    assert (top.name, top.manager_id) == ("Jane Roe", "")
    assert file.persons[1].name in ("John Doe", "Johnny Doe")
    assert people[file.persons[1].manager_id] is top
    assert {fault.kind for fault in file.faults.warnings} <= {"left"}


def test_third_person_hangs_below_the_second_by_name():
    for export in (WORKDAY_NAMES, BAMBOO):
        file = read_people(export)
        assert file.persons[2].manager_id == file.persons[1].employee_id


def test_people_who_left_are_left_out_whatever_the_column_is_called():
    for export in (SAP_LIST, AFAS, ADP, ORACLE, INDIAN, FRENCH_PAYROLL):
        assert len(read_people(export).persons) == 2


def test_number_called_employee_is_no_name():
    assert read_people(AFAS).persons[0].employee_id == "00100"


def test_day_and_month_of_a_column_that_leaves_them_open_are_those_of_the_other():
    rows = (
        "employee_id,name,manager_id,hire date,end date", "1,A,,01/13/2010,", "2,B,1,02/13/2010,03/02/2020"
    )  # fmt: skip
    by_march = ImportOptions(as_of=datetime.date(2020, 2, 20))
    assert len(read_people(lines(*rows), by_march).persons) == 2


def test_sum_below_the_table_is_no_person():
    file = read_people(lines("Id;Name;Reports to", "1;Jane Roe;", "2;John Doe;1", "", "Total;2;"))
    assert [person.employee_id for person in file.persons] == ["1", "2"]
    assert [(fault.kind, fault.row, fault.value) for fault in file.faults.warnings] == [
        ("trimmed", 5, "Total 2")
    ]


def test_name_with_an_id_that_is_not_there_is_unknown():
    file = read_people(WORKDAY_NAMES.replace(b"Jane Roe (2101)", b"Jane Roe (9999)"))
    assert [(fault.kind, fault.row) for fault in file.faults.errors] == [("unknown_manager", 3)]


def test_leading_zeros_stay_where_a_spreadsheet_kept_them_as_text():
    assert [person.employee_id for person in read_people(SAP_HCM).persons] == ["00000001", "00000002"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Employee ID (Manager)", "manager_id"),
        ("Supervisor (Employee ID)", "manager_id"),
        ("Line Manager's Employee Number", "manager_id"),
        ("E-Mail-Adresse der Führungskraft", "manager_id"),
        ("Vorgesetzte*r (Personalnummer)", "manager_id"),
        ("Identifiant du salarié", "employee_id"),
        ("Matrix Manager ID", "dotted_manager_id"),
        ("Manager Level", None),
        ("Is Manager", None),
        ("Department ID", None),
        ("Cost Center Manager", None),
        ("Personal Email", None),
    ],
)
def test_header_says_which_field_it_holds(header, field):
    assert PEOPLE.fields_of(header) == ({field} if field else set())


def test_unknown_header_below_titles_is_found_by_its_width():
    file = read_people(b"Staff list of March\nconfidential\n\nCode,Who,Chief of\n1,Ann,\n2,Ben,1\n")
    assert (file.table.header, file.table.header_row) == (["Code", "Who", "Chief of"], 4)
    assert {fault.kind for fault in file.faults.errors} == {"missing_column"}
