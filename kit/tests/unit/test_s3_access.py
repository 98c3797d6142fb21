import json

import pytest

from dms_kit.adapters.s3_access import S3Key, policy, seaweedfs_identities

MANDANTEN = ("nachbarstadt", "dueren")


def test_policy_writes_below_the_own_prefix_and_reads_all():
    listing, reading, writing = policy("akten", "ingest", MANDANTEN)["Statement"]
    assert listing["Resource"] == ["arn:aws:s3:::akten"]
    assert reading["Resource"] == ["arn:aws:s3:::akten/*"]
    assert not [action for action in [*listing["Action"], *reading["Action"]] if "Put" in action or "Delete" in action]
    assert writing["Resource"] == [
        "arn:aws:s3:::akten/_probe/ingest/*",
        "arn:aws:s3:::akten/dueren/ingest/*",
        "arn:aws:s3:::akten/nachbarstadt/ingest/*",
    ]


def test_no_wildcard_stands_before_the_service():
    for service in ("ingest", "records"):
        prefixes = [name.removesuffix("*") for name in policy("akten", service, MANDANTEN)["Statement"][2]["Resource"]]
        assert not [prefix for prefix in prefixes if "*" in prefix or not prefix.endswith(f"/{service}/")]


@pytest.mark.parametrize("name", ["*", "a/b", ""])
def test_names_that_are_no_words_are_refused(name):
    with pytest.raises(ValueError, match="named by"):
        policy("akten", "ingest", [name])
    with pytest.raises(ValueError, match="named by"):
        policy("akten", name, MANDANTEN)


def test_seaweedfs_identities_say_the_same():
    services = {"records": S3Key("r", "r-secret"), "ingest": S3Key("i", "i-secret")}
    configuration = seaweedfs_identities("akten", MANDANTEN, administrator=S3Key("a", "a-secret"), services=services)
    administrator, ingest, records = json.loads(json.dumps(configuration))["identities"]
    assert (administrator["actions"], ingest["name"], records["name"]) == (["Admin"], "ingest", "records")
    assert ingest["credentials"] == [{"accessKey": "i", "secretKey": "i-secret"}]
    assert ingest["actions"] == [
        "List:akten",
        "Read:akten",
        "Write:akten/_probe/ingest/*",
        "Write:akten/dueren/ingest/*",
        "Write:akten/nachbarstadt/ingest/*",
    ]
