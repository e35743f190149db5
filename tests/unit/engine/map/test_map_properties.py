"""Whatever the items, the batches, the thresholds and the way the children end: a Map Run adds up."""

import json
from typing import Any

from distributed_maps import distributed
from engine_bench import Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from sfn_notebook.engine.map_runs import Settings
from sfn_notebook.engine.records import Limits

WAYS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")
# an item is how long its child takes, and whether it fails then
ITEMS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12)
PROCESSOR = {
    "StartAt": "Which",
    "States": {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.Items", "IsPresent": True, "Next": "All"}],
            "Default": "Long",
        },
        "All": {
            "Type": "Map",
            "ItemsPath": "$.Items",
            "ItemProcessor": {
                "StartAt": "Wait1",
                "States": {
                    "Wait1": {"Type": "Wait", "SecondsPath": "$.s", "Next": "Bad1"},
                    "Bad1": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.bad", "BooleanEquals": True, "Next": "No1"}],
                        "Default": "Yes1",
                    },
                    "No1": {"Type": "Fail", "Error": "E"},
                    "Yes1": {"Type": "Succeed"},
                },
            },
            "End": True,
        },
        "Long": {"Type": "Wait", "SecondsPath": "$.s", "Next": "Bad"},
        "Bad": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.bad", "BooleanEquals": True, "Next": "No"}],
            "Default": "Yes",
        },
        "No": {"Type": "Fail", "Error": "E"},
        "Yes": {"Type": "Succeed"},
    },
}
FIELDS = st.fixed_dictionaries(
    {"MaxConcurrency": st.integers(0, 4)},
    optional={
        "ToleratedFailureCount": st.integers(0, 4),
        "ToleratedFailurePercentage": st.integers(0, 100),
        "ItemBatcher": st.integers(1, 4).map(lambda most: {"MaxItemsPerBatch": most}),
    },
)


@settings(max_examples=150)
@given(items=ITEMS, fields=FIELDS, type=st.sampled_from(["STANDARD", "EXPRESS"]), redrive=st.booleans())
def test_a_map_run_adds_up(items: Any, fields: dict[str, Any], type: str, *, redrive: bool) -> None:
    bench = Bench()
    engine = bench.engine(limits=Limits(map_run_children=3))
    try:
        data = [{"s": seconds, "bad": bad} for seconds, bad in items]
        machine = {"StartAt": "S", "States": {"S": distributed(PROCESSOR, type=type, **fields)}}
        parent = bench.start(engine, machine, data)
        assert engine.wait_for_end(parent, 20)
        if redrive and parent.status == "FAILED":
            engine.redrive(parent)
            assert engine.wait_for_end(parent, 20)
        (run,) = engine.map_runs.by_arn.values()
        size = fields.get("ItemBatcher", {}).get("MaxItemsPerBatch", 1)
        batches = [data[start : start + size] for start in range(0, len(data), size)]
        for counts, total in ((run.items, len(data)), (run.executions, len(batches))):
            assert counts["total"] == total == sum(counts[way] for way in WAYS)
            assert counts["running"] == counts["pendingRedrive"] == 0
        bad = sum(len(batch) for batch in batches if any(item["bad"] for item in batch))
        limits = Settings(0, fields.get("ToleratedFailureCount"), fields.get("ToleratedFailurePercentage"))
        assert (parent.status == "SUCCEEDED") is not limits.exceeded(bad, len(data))
        assert run.status == parent.status
        if parent.status == "SUCCEEDED":
            results = json.loads(str(parent.output))
            assert len(results) == len(batches)
            good = [result for result in results if "Status" not in result]
            if "ItemBatcher" not in fields:
                assert good == [item for item in data if not item["bad"]]
        for number, event in enumerate(parent.history, 1):
            assert event.id == number
            assert 0 <= event.previous < number
        for child in engine.map_runs.children.values():
            assert not child.running
    finally:
        engine.close()
