"""What of an API description would break a client that was written for an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

METHODS = ("get", "post", "put", "patch", "delete")


def broken_promises(released: dict, current: dict) -> list[str]:
    """Whatever the released description promised and the current one no longer keeps, in words."""
    return sorted(set(_Comparison(released, current).paths()))


class _Comparison:
    def __init__(self, released: dict, current: dict):
        self.released, self.current = released, current

    def paths(self) -> Iterator[str]:
        for path, operations in self.released["paths"].items():
            for method in METHODS:
                if method not in operations:
                    continue
                new = self.current["paths"].get(path, {}).get(method)
                name = f"{method.upper()} {path}"
                yield from self.operation(name, operations[method], new) if new else [f"{name} is gone"]

    def operation(self, name: str, old: dict, new: dict) -> Iterator[str]:
        yield from self.parameters(name, old, new)
        for media_type, place, was, now in self.contents(
            name, old.get("requestBody"), new.get("requestBody")
        ):
            yield from (
                self.schemas(place, was, now, asked=True)
                if now
                else [f"{place} no longer takes {media_type}"]
            )
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                yield f"{name} no longer answers {status}"
                continue
            place = f"{name} {status}"
            for media_type, _, was, now in self.contents(place, response, new["responses"][status]):
                yield from (
                    self.schemas(place, was, now, asked=False)
                    if now
                    else [f"{place} is no longer {media_type}"]
                )

    def parameters(self, name: str, old: dict, new: dict) -> Iterator[str]:
        before = {(p["in"], p["name"]): p for p in old.get("parameters", [])}
        after = {(p["in"], p["name"]): p for p in new.get("parameters", [])}
        for key, parameter in before.items():
            place = f"{name} ?{key[1]}"
            if key not in after:
                yield f"{place} is gone"
            else:
                yield from self.schemas(place, parameter["schema"], after[key]["schema"], asked=True)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{name} ?{key[1]} is now required"

    def contents(self, name: str, old: dict | None, new: dict | None):
        for media_type, content in (old or {}).get("content", {}).items():
            found = (new or {}).get("content", {}).get(media_type)
            yield media_type, name, content.get("schema", {}), found and found.get("schema", {})

    def schemas(self, place: str, old: dict, new: dict, *, asked: bool, seen: frozenset = frozenset()):
        reference = old.get("$ref")
        if reference in seen:
            return
        seen = seen | {reference} if reference else seen
        old, new = _resolved(old, self.released), _resolved(new, self.current)
        narrow, wide = (old, new) if asked else (new, old)
        if _types(old) and not (_types(new) and _types(narrow) <= _types(wide)):
            yield f"{place} changes its type"
        if gone := set(map(str, old.get("enum", []))) - set(map(str, new.get("enum", old.get("enum", [])))):
            yield f"{place} loses {', '.join(sorted(gone))}"
        fields = new.get("properties", {})
        for field, described in old.get("properties", {}).items():
            if field not in fields:
                yield f"{place}.{field} is gone"
            else:
                yield from self.schemas(f"{place}.{field}", described, fields[field], asked=asked, seen=seen)
        before, after = set(old.get("required", [])), set(new.get("required", []))
        for field in sorted(after - before if asked else before - after):
            yield f"{place}.{field} is {'now required' if asked else 'no longer always there'}"
        if "items" in old:
            yield from self.schemas(f"{place}[]", old["items"], new.get("items", {}), asked=asked, seen=seen)


def _resolved(schema: dict, document: dict) -> dict:
    while "$ref" in schema or len(schema.get("allOf", [])) == 1:
        reference = schema.get("$ref")
        schema = (
            document["components"]["schemas"][reference.rsplit("/", 1)[1]]
            if reference
            else schema["allOf"][0]
        )
    return schema


def _types(schema: dict) -> set[str]:
    kinds = schema.get("type", [])
    return set(kinds if isinstance(kinds, list) else [kinds])
