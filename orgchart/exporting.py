"""Tables as files: see `bpm_influence.rest.exporting`, where every room finds them."""

from bpm_influence.rest.exporting import (  # noqa: F401
    DANGEROUS,
    LONGEST_CELL,
    XLSX,
    csv_lines,
    csv_response,
    safe_cell,
    xlsx_bytes,
    xlsx_response,
)
