"""Whether a status says that somebody is gone, in the words and codes of several systems."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orgchart.columns import normalised_header
from orgchart.naming import search_form

GONE = re.compile(
    r"in-?acti|inakti|inatti|terminat|left|leaver|resigned|former|ended|retire|deceased|withdrawn|disabled|"
    r"deactivated|no longer|exited|dismissed|separated|quit|offboarded|gone\b|"
    r"ausgeschieden|ausgetreten|beendet|rentner|rente$|im ruhestand|verstorben|deaktiviert|nicht mehr|"
    r"entlassen|sorti|parti\b|retrait|decede|cesse|baja|cesad|jubilad|fallecid|licenciad|cessat|uit dienst|"
    r"gepensioneerd|overleden|pension|"
    r"ex[- ]?(?:employee|worker|staff|mitarbeit|emplead|salari)|"
    r"(?:not|non|no|nicht|niet|plus)[- ](?:more )?(?:acti|akti|atti|employed|beschaftigt)"
)
CODE = re.compile(r"^(?:[a-z]|\d{1,2}) ?[-–:=] ?(?=\w{3})")
YES = frozenset("yes y ja j oui o si s true wahr vrai verdadero vero waar 1 x -1".split())  # noqa: SIM905
NO = frozenset("no n nein non nee false falsch faux falso onwaar 0".split())  # noqa: SIM905
SAYS_GONE = frozenset(
    ("inactive", "isinactive", "inaktiv", "terminated", "isterminated", "disabled", "accountdisabled")
)
DISABLED_ACCOUNT = 2


class StatusColumn:
    """One column's way to say who is gone; single letters are judged by the others beside them."""

    def __init__(self, header: str, statuses: Iterable[str]):
        self.header = normalised_header(header)
        self.letters = {status.casefold() for status in statuses if len(status) == 1}

    def is_gone(self, status: str) -> bool:
        """Whether the status says that somebody is no longer there."""
        if self.header == "useraccountcontrol":
            return status.isdecimal() and bool(int(status) & DISABLED_ACCOUNT)
        word = CODE.sub("", search_form(status), count=1)
        if self.header in SAYS_GONE:
            return word in YES
        if len(word) == 1 and word.isalpha():
            return self._letter_is_gone(word)
        return word in NO or bool(GONE.match(word))

    def _letter_is_gone(self, letter: str) -> bool:
        """`I`, `T` beside the `A` of active; `F`, `D` beside the `T` of true; `N` where others say yes."""
        if letter in "it":
            return "a" in self.letters
        if letter in "fd":
            return "t" in self.letters and self.letters <= set("tfed")
        return letter == "n" and self.letters <= YES | NO
