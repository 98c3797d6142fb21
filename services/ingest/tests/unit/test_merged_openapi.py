"""One document of four."""

from dms_ingest.api.openapi import merged


def document(path: str, name: str, schema: dict) -> dict:
    reference = {"$ref": f"#/components/schemas/{name}"}
    return {
        "paths": {path: {"get": {"responses": {"200": {"schema": reference}}}}},
        "components": {"schemas": {name: schema}},
    }


def test_equal_components_become_one():
    result = merged({"ingest": document("/a", "Problem", {"x": 1}), "records": document("/b", "Problem", {"x": 1})})
    assert set(result["paths"]) == {"/a", "/b"}
    assert result["components"]["schemas"] == {"Problem": {"x": 1}}


def test_different_components_of_one_name_keep_apart():
    result = merged({"ingest": document("/a", "Anlage", {"x": 1}), "records": document("/b", "Anlage", {"x": 2})})
    assert result["components"]["schemas"] == {"Anlage": {"x": 1}, "RecordsAnlage": {"x": 2}}
    answer = result["paths"]["/b"]["get"]["responses"]["200"]["schema"]
    assert answer == {"$ref": "#/components/schemas/RecordsAnlage"}
