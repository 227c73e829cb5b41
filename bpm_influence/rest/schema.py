"""What every operation of the OpenAPI description has in common."""

import re

from bpm_influence.rest.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Kind of problem; the status says it all. Example: about:blank.",
        },
        "title": {"type": "string", "description": "The status in words. Example: Bad Request."},
        "status": {"type": "integer", "description": "The status of the answer. Example: 400."},
        "detail": {"type": "string", "description": "What is wrong and what to do. Example: Give this once."},
        "faults": {
            "type": "array",
            "description": "Of a file with errors: what is wrong in which row, and what to do.",
            "items": {"$ref": "#/components/schemas/FaultFields"},
        },
        "errors": {
            "type": "object",
            "description": "Of a refused entry: sentences by field, or the same again for a field inside.",
            "additionalProperties": {"$ref": "#/components/schemas/Sentences"},
        },
    },
}
SENTENCES = {
    "description": "Sentences about one field; of a list or an object the same for each part that is wrong.",
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Sentences"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Sentences"}},
    ],
}
FAULT = {
    "type": "object",
    "description": "One thing wrong with a row.",
    "properties": {"kind": {"type": "string"}, "row": {"type": "integer"}, "message": {"type": "string"}},
}
EXAMPLE = re.compile(r"Example: (.+?)\.?(?:\n|$)")
CONVERSIONS = {"integer": int, "number": float, "string": str}
PATH_PARAMETERS = {
    "slug": "The initiative's short name. Example: digital-invoice-approval.",
    "id": "Its number, as lists and answers give it. Example: 7.",
}
METHODS = ("get", "post", "put", "patch", "delete")
ANSWERS = {
    "400": "A query parameter or a field is unknown, missing or wrong; `errors` says which.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token or the role does not allow this.",
    "404": "There is no such thing, or it is not yours to see.",
    "405": "The route does not know this method; `Allow` names those that it knows.",
    "406": "None of the media types in `Accept` is one that the route answers with.",
    "414": "The address with its query is longer than 4 kB; the server refuses it before the application.",
    "500": "A mistake of ours; the log has the details.",
    "503": "The database does not answer; ask again after Retry-After seconds.",
}
ANSWERS_TO_CHANGES = {
    "409": "Not possible in the present state.",
    "413": "Larger than is taken.",
    "415": "None of the media types that the route reads.",
    "422": "The file has errors; `faults` lists them. Nothing was written.",
}
SECONDS = {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds to wait. Example: 12."}
RATE_HEADERS = {
    "RateLimit-Limit": "Requests that may be sent in a row. Example: 600.",
    "RateLimit-Remaining": "Requests that are left of them. Example: 594.",
    "RateLimit-Reset": "Seconds until there is one more. Example: 41.",
}


def add_problem_responses(result, generator, request, public):
    """Add the errors that every route may answer with, and the headers that tell what is left to ask."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Problem": PROBLEM, "Sentences": SENTENCES}
    schemas.setdefault("FaultFields", FAULT)
    for operations in result["paths"].values():
        for method in METHODS:
            if method in operations:
                _add_to(operations[method], changes=method != "get")
    return result


def add_examples(result, generator, request, public):
    """Turn the examples that end the descriptions into ones that programs read, too."""
    for schema in result["components"]["schemas"].values():
        for described in schema.get("properties", {}).values():
            _add_example(described, described.get("description", ""))
    for operations in result["paths"].values():
        for method in METHODS:
            for parameter in operations.get(method, {}).get("parameters", []):
                if parameter["in"] == "path":
                    parameter["description"] = PATH_PARAMETERS[parameter["name"]]
                _add_example(parameter["schema"], parameter.get("description", ""))
    return result


def _add_example(schema, description):
    found = EXAMPLE.search(description)
    kinds = schema.get("type", [])
    kind = next((kind for kind in CONVERSIONS if kind == kinds or kind in kinds), None)
    if found and kind:
        schema["examples"] = [CONVERSIONS[kind](found[1])]


def _add_to(operation, *, changes):
    responses = operation["responses"]
    answers = ANSWERS | ANSWERS_TO_CHANGES if changes else ANSWERS
    for status, description in sorted(answers.items()):
        responses.setdefault(status, _answer(description))
    responses["414"]["content"] = {"text/html": {"schema": {"type": "string"}}}
    responses["503"]["headers"] = {"Retry-After": SECONDS}
    responses["429"] = _answer("Too many requests; ask again after Retry-After seconds.")
    responses["429"]["headers"] = {"Retry-After": SECONDS, **_rate_headers()}
    for status, response in responses.items():
        if status[0] == "2":
            response.setdefault("headers", {}).update(_rate_headers())


def _rate_headers():
    schema = {"type": "integer", "minimum": 0}
    return {name: {"schema": schema, "description": words} for name, words in RATE_HEADERS.items()}


def _answer(description):
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
