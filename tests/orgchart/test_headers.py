"""Headers of five languages are known, whoever named them; where they are not, the values tell."""

import pytest

from orgchart.importing import read_people
from orgchart.people_columns import PEOPLE
from orgchart.people_files import ImportOptions

IDS = """
    Employee ID; Emp. ID; Employee_Id; EMPLOYEE-ID; Emp#; EEID; Staff ID; Worker ID; Person Number;
    Personnel Number; Associate ID; employeeNumber; Employee Id (System); Employee ID*; User/Employee ID;
    PERNR; GPN; Global ID; uid; Pers.Nr.; Pers.-Nr; Personal-Nr.; Personalnummer (SAP); Mitarbeiter-Nr.;
    MA-Nr.; Kennung; Ident-Nr.; Identifiant; ID salarié; N° employé; N° matricule; Numéro de salarié; ID de
    l'employé; No. empleado; Nº empleado; Clave empleado; Código empleado; ID de empleado; Legajo;
    Personeelsnummer; Medewerkersnummer; Medewerker-ID; Werknemersnummer; Stamnummer; Persoonsnummer;
    Matricola
"""
MANAGERS = """
    Manager; Manager ID; Mgr; MGR_ID; Manager Emp ID; Manager's Employee ID; Manager Worker ID; Manager #;
    CF - Manager ID; Manager User Sys ID; Supervisor; Supervisor's ID; Supervisor EID; Reports To; Reports
    to (ID); Reporting Manager; Reporting Manager ID; Line Manager Employee Number; Direct Supervisor;
    Immediate Manager; Solid Line Manager; Primary Manager; Administrative Manager; Manager (E-Mail);
    managerUPN; Manager DN; Superior; Job Information Manager User Sys ID; Parent ID; Team Lead;
    Vorgesetzter; Vorgesetzte(r); Vorgesetzte*r; Vorgesetzte:r; Vorgesetzter (Personalnummer);
    Vorgesetzten-Nr.; Führungskraft; Fuehrungskraft-ID; Disziplinarische Führungskraft; Direkter
    Vorgesetzter; Teamleiter; FK-Nr; Responsable; Responsable hiérarchique; N+1; Matricule N+1; Supérieur
    direct; ID du manager; Jefe inmediato; ID jefe; ID del supervisor; Reporta a; Gerente; Encargado;
    Leidinggevende ID; Direct leidinggevende; Personeelsnummer leidinggevende; Rapporteert aan; Responsabile
    diretto
"""
OTHERS = """
    HR Manager; HR Manager ID; Manager Level; Is Manager; Project Manager ID; Manager's Position ID;
    Department ID; Cost Center; Cost Center Manager; Position ID; Company Code; Personal Email; Number of
    reports; 2nd Level Manager ID
"""


def listed(names):
    return [" ".join(name.split()) for name in names.split(";")]


@pytest.mark.parametrize("header", listed(IDS))
def test_header_of_ids_is_known(header):
    file = read_people(f"{header};Name;Manager ID\na1;Ann;\na2;Ben;a1\n".encode())
    assert [str(fault) for fault in file.faults] == []
    assert [person.manager_id for person in file.persons] == ["", "a1"]


@pytest.mark.parametrize("header", listed(MANAGERS))
def test_header_of_managers_is_known(header):
    file = read_people(f"Employee ID;Name;{header}\na1;Ann;\na2;Ben;a1\n".encode())
    assert [str(fault) for fault in file.faults] == []
    assert [person.manager_id for person in file.persons] == ["", "a1"]


@pytest.mark.parametrize("header", listed(OTHERS))
def test_header_of_something_else_is_taken_for_neither(header):
    assert not PEOPLE.fields_of(header) & {"employee_id", "manager_id"}


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Legal_Name_First;Legal_Name_Last", "Anna Weber"),
        ("Legal Name - First Name;Legal Name - Last Name", "Anna Weber"),
        ("Personal Information First Name;Personal Information Last Name", "Anna Weber"),
        ("Prénom;Nom d'usage", "Anna Weber"),
        ("Nombre(s);Primer apellido", "Anna Weber"),
        ("Roepnaam;Achternaam", "Anna Weber"),
        ("Vorname;Name", "Anna Weber"),
    ],
)
def test_first_and_last_names_make_a_full_name(headers, name):
    file = read_people(f"ID;{headers};Manager\n1;Anna;Weber;\n2;Ben;Hill;Weber, Anna\n".encode())
    assert (file.persons[0].name, file.persons[1].manager_id) == (name, "1")


def test_dutch_prefix_stands_before_the_last_name():
    rows = (
        "Personeelsnummer;Voornaam;Tussenvoegsel;Achternaam;Manager",
        "1;Jan;van der;Berg;",
        "2;Piet;;Smit;Jan van der Berg",
    )
    file = read_people("\n".join(rows).encode())
    assert [(one.name, one.manager_id) for one in file.persons] == [
        ("Jan van der Berg", ""),
        ("Piet Smit", "1"),
    ]


def test_full_name_beside_a_first_name_is_not_doubled():
    file = read_people(b"ID;Name;Vorname;Manager\n1;Weber, Anna;Anna;\n2;Hill, Ben;Ben;Anna Weber\n")
    assert [one.name for one in file.persons] == ["Weber, Anna", "Hill, Ben"]
    assert file.persons[1].manager_id == "1"


def test_flag_that_is_called_manager_gives_way_to_the_column_that_names_somebody():
    rows = "Employee ID,Name,Manager,Supervisor\n" + "".join(
        f"{number},N{number},{'Yes' if number < 3 else 'No'},{number // 2 or ''}\n" for number in range(1, 9)
    )
    file = read_people(rows.encode())
    assert (file.header_of("manager_id"), file.faults.errors) == ("Supervisor", [])


def test_column_of_an_unknown_name_is_found_by_its_values():
    people = "".join(f"{number},N{number},{number // 2 or ''},{9 - number}\n" for number in range(1, 9))
    file = read_people(f"Employee ID,Name,Oberhaupt,Buddy\n{people}".encode())
    assert (file.header_of("manager_id"), file.faults.errors) == ("Oberhaupt", [])
    file = read_people(f"Zeichen,Name,Manager ID,Zimmer\n{people}".encode())
    assert (file.header_of("employee_id"), file.faults.errors) == ("Zeichen", [])


def test_unique_column_that_no_manager_names_is_not_taken_for_ids():
    file = read_people(b"Name,Phone,Manager\nAnn,11,\nBen,12,Ann\n")
    assert [(fault.kind, fault.value) for fault in file.faults.errors] == [("missing_column", "employee_id")]


def test_headings_over_groups_of_columns_are_not_the_header():
    names = "Employee ID,Name,Department,Manager ID,Manager Name"
    file = read_people(f"Employee,,,Manager,\n{names}\n1,Ann,Ops,,\n2,Ben,Ops,1,Ann\n".encode())
    assert (file.table.header_row, [one.employee_id for one in file.persons]) == (2, ["1", "2"])


@pytest.mark.parametrize(
    "labels",
    [
        "Personalnummer,Name der Person,Personalnummer des Vorgesetzten,Kürzel 1,Kürzel 2,Kürzel 3",
        "string,string,string,string,string,string",
        "(required),(text),(required),,,",
        "EMPLOYEE_ID,NAME,MANAGER_ID,X1,X2,X3",
    ],
)
def test_second_header_row_is_nobody(labels):
    file = read_people(
        f"employee_id,name,manager_id,x1,x2,x3\n{labels}\n1,Ann,,a,b,c\n2,Ben,1,a,b,c\n".encode()
    )
    assert [(one.row, one.employee_id) for one in file.persons] == [(3, "1"), (4, "2")]
    assert list(file.faults) == []


def test_columns_of_one_name_are_told_apart_by_their_number():
    rows = b"Name,Code,Name,Code\nAnn,1,,\nBen,2,Ann,1\n"
    mapping = {"employee_id": "Code", "name": "Name", "manager_id": "Code (2)"}
    file = read_people(rows, ImportOptions(mapping=mapping))
    assert ([one.manager_id for one in file.persons], list(file.faults)) == (["", "1"], [])
