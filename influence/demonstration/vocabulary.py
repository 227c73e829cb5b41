"""The words that the demonstration organisation is made of: all invented, none of a real person or firm.

First and last names are common ones of each country, joined by chance. A department has functions, a
function has teams; how many people a team has follows from the size asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Halvorsen & Reyes Components"
MAIL_DOMAIN = "halvorsen-reyes.example"
CHART_FILE = "halvorsen-reyes-people.csv"
SURVEY_TITLE = "Who helps whom along"
SURVEY_PURPOSE = "We want to know whom to ask to help with the new way of approving invoices."
SURVEY_CONTACT = "the project office, invoice-approval@halvorsen-reyes.example"
STRENGTH_WORDS = ("a little", "clearly", "very much")
ADOPTION_LABEL = "Training and check-ins"


@dataclass(frozen=True)
class Place:
    """A site, its share of the people, and names usual there."""

    name: str
    share: float
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    """A part of a department: what its head, its team leads and its people are called."""

    name: str
    head: str
    lead: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    """A department: its head, its share of all people, its functions."""

    name: str
    share: float
    head: str
    functions: tuple[Function, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = (
    Place(
        "Rotterdam",
        0.26,
        _words(
            "Anouk Bram Daan Eline Femke Guus Hanna Ilse Jasper Joris Lotte Maarten Marijn Niels Roos "
            "Sanne Sjoerd Tess Willem Youssef Fatima Ruben"
        ),
        (
            "Bakker",
            "Boersma",
            "de Boer",
            "de Vries",
            "El Amrani",
            "Hendriks",
            "Hoekstra",
            "Jansen",
            "Kuipers",
            "Mulder",
            "Postma",
            "Schouten",
            "Smit",
            "van den Berg",
            "van Dijk",
            "van Leeuwen",
            "Veenstra",
            "Visser",
            "Wiersma",
            "Yilmaz",
        ),
    ),
    Place(
        "Gdańsk",
        0.20,
        _words(
            "Agnieszka Aleksander Bartosz Dorota Ewa Filip Grzegorz Halina Jakub Joanna Kamil Katarzyna "
            "Łukasz Magdalena Marek Natalia Paweł Piotr Renata Tomasz Wojciech Zofia"
        ),
        _words(
            "Adamczyk Banaś Baran Duda Gołąb Kaczmarek Kowalczyk Krawczyk Kubiak Lis Mazur Nowak Pawlak "
            "Sikora Sobczak Szymczak Walczak Wójcik Wróbel Zając"
        ),
    ),
    Place(
        "Porto",
        0.16,
        _words(
            "Ana André Beatriz Bruno Carla Catarina Diogo Duarte Filipa Gonçalo Helena Inês Joana João "
            "Luís Mariana Miguel Nuno Rita Rui Sofia Tiago"
        ),
        _words(
            "Almeida Azevedo Barbosa Cardoso Correia Cunha Esteves Faria Fonseca Gouveia Lopes "
            "Magalhães Martins Moreira Neves Pacheco Pinto Ribeiro Teixeira Vieira"
        ),
    ),
    Place(
        "Hamburg",
        0.18,
        _words(
            "Anke Birgit Christoph Dennis Elif Florian Gesa Henning Imke Jan Katja Kristina Lars "
            "Mareike Mehmet Nils Petra Sabine Sönke Tobias Ulrike Yasmin"
        ),
        _words(
            "Albrecht Arslan Brandt Carstens Demir Ehlers Friedrich Groth Hansen Jürgens Kröger Lorenz "
            "Meier Möller Petersen Rathje Schröder Thomsen Voß Winkler"
        ),
    ),
    Place(
        "Pune",
        0.20,
        _words(
            "Aditi Ajay Amrita Anil Deepa Farhan Gauri Imran Kavita Kiran Lakshmi Manish Meera Neha "
            "Nikhil Pooja Rahul Rohan Sanjay Shreya Sunita Vikram"
        ),
        _words(
            "Bhatt Chavan Deshmukh Desai Gokhale Iyer Jadhav Joshi Kale Khan Kulkarni Mehta More Naik "
            "Patil Pawar Rao Shah Sharma Shinde"
        ),
    ),
)

CHIEF_EXECUTIVE = "Chief Executive Officer"
EXECUTIVE_DEPARTMENT = "Corporate Office"
DEPARTMENTS = (
    Department(
        EXECUTIVE_DEPARTMENT,
        0.06,
        "Chief of Staff",
        (
            Function(
                "People",
                "Head of People",
                "People Team Lead",
                ("People Partner", "Recruiter", "Learning Specialist"),
            ),
            Function(
                "Legal",
                "General Counsel",
                "Legal Team Lead",
                ("Legal Counsel", "Compliance Officer", "Paralegal"),
            ),
        ),
    ),
    Department(
        "Finance",
        0.13,
        "Chief Financial Officer",
        (
            Function(
                "Accounts Payable",
                "Head of Accounts Payable",
                "Accounts Payable Team Lead",
                ("Accounts Payable Specialist", "Invoice Clerk", "Payment Run Specialist"),
            ),
            Function(
                "Accounting",
                "Head of Accounting",
                "Accounting Team Lead",
                ("Accountant", "Fixed Assets Accountant", "Tax Accountant"),
            ),
            Function(
                "Controlling",
                "Head of Controlling",
                "Controlling Team Lead",
                ("Controller", "Cost Analyst", "Reporting Analyst"),
            ),
        ),
    ),
    Department(
        "Purchasing",
        0.11,
        "Chief Procurement Officer",
        (
            Function(
                "Direct Purchasing",
                "Head of Direct Purchasing",
                "Direct Purchasing Team Lead",
                ("Buyer", "Commodity Manager Castings", "Supplier Quality Specialist"),
            ),
            Function(
                "Indirect Purchasing",
                "Head of Indirect Purchasing",
                "Indirect Purchasing Team Lead",
                ("Indirect Buyer", "Contract Specialist", "Catalogue Administrator"),
            ),
        ),
    ),
    Department(
        "Sales",
        0.14,
        "Chief Sales Officer",
        (
            Function(
                "Key Accounts",
                "Head of Key Accounts",
                "Key Account Team Lead",
                ("Key Account Manager", "Account Executive", "Bid Specialist"),
            ),
            Function(
                "Regional Sales",
                "Head of Regional Sales",
                "Regional Sales Team Lead",
                ("Sales Representative", "Inside Sales Specialist", "Application Engineer"),
            ),
            Function(
                "Pricing", "Head of Pricing", "Pricing Team Lead", ("Pricing Analyst", "Offer Specialist")
            ),
        ),
    ),
    Department(
        "Production",
        0.24,
        "Chief Operations Officer",
        (
            Function(
                "Machining",
                "Head of Machining",
                "Machining Shift Lead",
                ("Machine Operator", "CNC Programmer", "Toolmaker"),
            ),
            Function(
                "Assembly",
                "Head of Assembly",
                "Assembly Shift Lead",
                ("Assembly Technician", "Line Technician", "Test Technician"),
            ),
            Function(
                "Maintenance",
                "Head of Maintenance",
                "Maintenance Team Lead",
                ("Maintenance Technician", "Electrician", "Spare Parts Clerk"),
            ),
            Function(
                "Quality",
                "Head of Quality",
                "Quality Team Lead",
                ("Quality Engineer", "Inspector", "Measurement Technician"),
            ),
        ),
    ),
    Department(
        "Logistics",
        0.12,
        "Chief Supply Chain Officer",
        (
            Function(
                "Warehousing",
                "Head of Warehousing",
                "Warehouse Shift Lead",
                ("Warehouse Associate", "Goods Receipt Clerk", "Inventory Specialist"),
            ),
            Function(
                "Transport",
                "Head of Transport",
                "Transport Team Lead",
                ("Transport Planner", "Customs Specialist", "Freight Clerk"),
            ),
            Function(
                "Planning",
                "Head of Planning",
                "Planning Team Lead",
                ("Production Planner", "Demand Planner", "Material Planner"),
            ),
        ),
    ),
    Department(
        "Information Technology",
        0.10,
        "Chief Information Officer",
        (
            Function(
                "Business Applications",
                "Head of Business Applications",
                "Applications Team Lead",
                ("Business Analyst", "ERP Consultant", "Software Engineer"),
            ),
            Function(
                "Infrastructure",
                "Head of Infrastructure",
                "Infrastructure Team Lead",
                ("Systems Engineer", "Service Desk Analyst", "Network Engineer"),
            ),
        ),
    ),
    Department(
        "Customer Service",
        0.10,
        "Chief Customer Officer",
        (
            Function(
                "Order Desk",
                "Head of Order Desk",
                "Order Desk Team Lead",
                ("Order Desk Agent", "Returns Specialist", "Invoice Query Agent"),
            ),
            Function(
                "Field Service",
                "Head of Field Service",
                "Field Service Team Lead",
                ("Field Service Engineer", "Service Dispatcher"),
            ),
        ),
    ),
)

INITIATIVE = {
    "slug": "digital-invoice-approval",
    "name": "Digital invoice approval",
    "processes": ["Invoice receipt", "Invoice approval", "Payment run"],
    "goal": (
        "Every supplier invoice is matched, approved and released in one digital workflow, in four working "
        "days instead of eleven, at all five sites."
    ),
    "start": "2026-03-02",
    "end": "2026-12-18",
}
ROLE_TITLES = {
    "sponsor": "Chief Financial Officer",
    "process_owner": "Head of Accounts Payable",
    "project_lead": "Head of Business Applications",
}
