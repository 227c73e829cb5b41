from django.core.management.base import BaseCommand, CommandError

from initiatives.editing import InvalidInitiative, create_initiative

ROLES = {"sponsor": "sponsor", "owner": "process_owner", "lead": "project_lead"}


class Command(BaseCommand):
    help = "Creates an initiative over the current org chart."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="Short name for addresses: small letters, digits, hyphens.")
        parser.add_argument("--name", required=True)
        for option, role in ROLES.items():
            words = role.replace("_", " ")
            parser.add_argument(
                f"--{option}", nargs="+", action="extend", default=[], metavar="ID", help=f"Each {words}."
            )
        parser.add_argument(
            "--department", nargs="+", action="extend", default=[], help="Departments in the scope."
        )
        parser.add_argument(
            "--below",
            nargs="+",
            action="extend",
            default=[],
            metavar="ID",
            help="People in the scope with all below them.",
        )
        parser.add_argument("--cut", default=80, help="From this percentile on a score is high (default 80).")

    def handle(self, *, slug, name, department, below, cut, **options):
        roles = [
            {"employee_id": person, "role": role}
            for option, role in ROLES.items()
            for person in options[option]
        ]
        scope = {"departments": department, "below": below, "people": []}
        try:
            initiative = create_initiative(slug=slug, name=name, scope=scope, roles=roles, cut=cut)
        except InvalidInitiative as invalid:
            raise CommandError("\n".join(lines_of(invalid))) from None
        self.stdout.write(
            f"Created “{initiative.name}” ({initiative.slug}): {initiative.positions().count():,} people."
        )


def lines_of(invalid: InvalidInitiative) -> list[str]:
    """One line per thing that is wrong, each with its field."""
    return [f"{field}: {sentence}" for field, sentences in invalid.errors.items() for sentence in sentences]
