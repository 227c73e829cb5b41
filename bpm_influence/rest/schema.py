"""What every operation of the OpenAPI description has in common."""

from bpm_influence.rest.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {
            "type": "array",
            "description": "Of a file with errors: what is wrong in which row, and what to do.",
            "items": {"$ref": "#/components/schemas/FaultFields"},
        },
        "errors": {
            "type": "object",
            "description": "Of a refused entry: sentences by field, or the same again for a field inside.",
            "additionalProperties": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
                    {"type": "object"},
                ]
            },
        },
    },
}
FAULT = {
    "type": "object",
    "description": "One thing wrong with a row.",
    "properties": {"kind": {"type": "string"}, "row": {"type": "integer"}, "message": {"type": "string"}},
}
ANSWERS_TO_BODIES = {
    "409": "Not possible in the present state.",
    "413": "Larger than is taken.",
    "415": "Neither of the media types that the route reads.",
    "422": "The file has errors; `faults` lists them. Nothing was written.",
}
METHODS = ("get", "post", "put", "patch", "delete")
ANSWERS = {
    "400": "A query parameter or a field is unknown, missing or wrong; `errors` says which.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token or the role does not allow this.",
    "404": "There is no such thing, or it is not yours to see.",
}


def add_problem_responses(result, generator, request, public):
    """Add the errors that every route may answer with, the throttle's with its Retry-After."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    result["components"]["schemas"].setdefault("FaultFields", FAULT)
    for operations in result["paths"].values():
        for method in METHODS:
            if method in operations:
                _add_to(operations[method])
    return result


def _add_to(operation):
    responses = operation["responses"]
    answers = ANSWERS | ANSWERS_TO_BODIES if "requestBody" in operation else ANSWERS
    for status, description in answers.items():
        responses.setdefault(status, _answer(description))
    too_many = _answer("Too many requests; ask again after Retry-After seconds.")
    too_many["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    responses["429"] = too_many


def _answer(description):
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
