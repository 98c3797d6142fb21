"""One exposition for two processes."""

import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from dms_standalone.child import Child
from dms_standalone.metrics import merge, serve_merged
from dms_standalone.ports import free_port

_TEXT = """# HELP dms_things_total Things.
# TYPE dms_things_total counter
dms_things_total{route="/x{id}",quote="a\\"}"} 2.0
# HELP dms_plain Plain.
# TYPE dms_plain gauge
dms_plain 1.0
"""


def test_families_stay_in_one_piece_and_samples_name_their_process():
    families = {
        family.name: family for family in text_string_to_metric_families(merge({"api": _TEXT, "workers": _TEXT}))
    }
    assert [sample.labels for sample in families["dms_plain"].samples] == [{"process": "api"}, {"process": "workers"}]
    assert {sample.labels["route"] for sample in families["dms_things"].samples} == {"/x{id}"}
    assert len(families["dms_things"].samples) == 2


def test_metrics_are_served_while_the_workers_are_away():
    port = free_port()
    close = serve_merged(port, [Child("workers", ())])
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert 'process="api"' in answer.read().decode()
    finally:
        close()
