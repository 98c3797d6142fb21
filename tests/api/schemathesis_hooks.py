"""
What the document cannot say of a request that is meant to be accepted.

A cursor comes from an answer, If-Match names the current state, an Idempotency-Key belongs to one content, and
`anlagen` names exactly the files that are sent.
"""

import uuid
from typing import Any

import schemathesis
from schemathesis import Case, GenerationMode, HookContext
from schemathesis.core.parameters import ParameterLocation


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Give what a client would know, where the request is not meant to be refused for just that."""
    if _is_meant_well(case, ParameterLocation.QUERY) and case.query:
        case.query.pop("cursor", None)
    if _is_meant_well(case, ParameterLocation.HEADER):
        given = {parameter.name for parameter in case.operation.headers}
        for name, value in (("If-Match", "*"), ("Idempotency-Key", str(uuid.uuid4()))):
            if name in given:
                case.headers[name] = value
    if _is_meant_well(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        antrag = case.body.get("antrag")
        if isinstance(antrag, dict):
            antrag.pop("anlagen", None)


def _is_meant_well(case: Case, location: ParameterLocation) -> bool:
    component = case.meta.components.get(location) if case.meta is not None else None
    return component is None or component.mode == GenerationMode.POSITIVE
