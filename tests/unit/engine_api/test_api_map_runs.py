from typing import Any

import pytest
from botocore.exceptions import ClientError
from distributed_maps import WAIT, distributed

PREFIX = "arn:aws:states:us-east-1:000000000000"


def machine(**fields: Any) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": distributed(**fields)}}


def the_run(bench: Any, execution: str) -> Any:
    (listed,) = bench.client.list_map_runs(executionArn=execution)["mapRuns"]
    return bench.client.describe_map_run(mapRunArn=listed["mapRunArn"])


def some(counts: Any) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_map_run_is_listed_and_described(bench: Any) -> None:
    fields = {"MaxConcurrency": 2, "ToleratedFailureCount": 3, "ToleratedFailurePercentage": 12.5}
    execution = bench.run(machine(**fields), input="[1,2,3]")["executionArn"]
    (listed,) = bench.client.list_map_runs(executionArn=execution)["mapRuns"]
    assert listed.keys() == {"executionArn", "mapRunArn", "stateMachineArn", "startDate", "stopDate"}
    assert listed["executionArn"] == execution
    assert listed["stateMachineArn"] == f"{PREFIX}:stateMachine:m"
    assert listed["mapRunArn"].startswith(f"{PREFIX}:mapRun:m/L:")
    run = the_run(bench, execution)
    assert (run["status"], run["executionArn"], run["redriveCount"]) == ("SUCCEEDED", execution, 0)
    assert (run["maxConcurrency"], run["toleratedFailureCount"]) == (2, 3)
    assert run["toleratedFailurePercentage"] == 12.5
    assert some(run["itemCounts"]) == some(run["executionCounts"]) == {"succeeded": 3, "total": 3}


def test_map_runs_are_paged_the_newest_first(bench: Any) -> None:
    first = distributed(Label="A", Next="B")
    del first["End"]
    second = distributed({"StartAt": "Q", "States": {"Q": {"Type": "Succeed"}}}, Label="B")
    twice = {"StartAt": "A", "States": {"A": first, "B": second}}
    execution = bench.run(twice, input="[1]")["executionArn"]
    page = bench.client.list_map_runs(executionArn=execution, maxResults=1)
    rest = bench.client.list_map_runs(executionArn=execution, maxResults=1, nextToken=page["nextToken"])
    labels = [run["mapRunArn"].split("/")[1].split(":")[0] for run in (*page["mapRuns"], *rest["mapRuns"])]
    assert labels == ["B", "A"]
    assert "nextToken" not in rest


def test_an_execution_without_map_runs(bench: Any) -> None:
    assert bench.client.list_map_runs(executionArn=bench.run(bench_pass())["executionArn"])["mapRuns"] == []


def bench_pass() -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


def test_children_are_listed(bench: Any) -> None:
    execution = bench.run(machine(ItemBatcher={"MaxItemsPerBatch": 2}), input="[1,2,3]")["executionArn"]
    arn = the_run(bench, execution)["mapRunArn"]
    page = bench.client.list_executions(mapRunArn=arn, maxResults=1)
    (last,) = page["executions"]
    assert last["itemCount"] == 1
    assert last["mapRunArn"] == arn
    assert last["stateMachineArn"] == f"{PREFIX}:stateMachine:m/L"
    (first,) = bench.client.list_executions(mapRunArn=arn, maxResults=1, nextToken=page["nextToken"])["executions"]
    assert first["itemCount"] == 2
    assert bench.client.list_executions(mapRunArn=arn, statusFilter="FAILED")["executions"] == []
    assert len(bench.client.list_executions(mapRunArn=arn, statusFilter="SUCCEEDED")["executions"]) == 2
    # the machine's own executions are not those of its Map Runs
    own = bench.client.list_executions(stateMachineArn=f"{PREFIX}:stateMachine:m")["executions"]
    assert [one["executionArn"] for one in own] == [execution]


def children(bench: Any, **fields: Any) -> list[str]:
    execution = bench.run(machine(**fields), input='["a"]')["executionArn"]
    arn = the_run(bench, execution)["mapRunArn"]
    return [one["executionArn"] for one in bench.client.list_executions(mapRunArn=arn)["executions"]]


def test_a_child_is_described_like_any_execution(bench: Any) -> None:
    (child,) = children(bench)
    told = bench.client.describe_execution(executionArn=child)
    assert (told["input"], told["output"], told["status"]) == ('"a"', '"a"', "SUCCEEDED")
    assert told["mapRunArn"].startswith(f"{PREFIX}:mapRun:m/L:")
    assert told["redriveStatus"] == "NOT_REDRIVABLE"
    assert bench.events(child)[0]["type"] == "ExecutionStarted"
    about = bench.client.describe_state_machine_for_execution(executionArn=child)
    assert (about["name"], about["label"], about["mapRunArn"]) == ("m/L", "L", told["mapRunArn"])


def test_a_failed_child_is_redriven_with_its_map_run(bench: Any) -> None:
    boom = {"StartAt": "F", "States": {"F": {"Type": "Fail"}}}
    (child,) = children(bench, processor=boom)
    assert bench.client.describe_execution(executionArn=child)["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"


def test_an_express_child_is_described_and_has_no_history_to_ask_for(bench: Any) -> None:
    (child,) = children(bench, type="EXPRESS")
    assert child.startswith(f"{PREFIX}:express:m/L:")
    assert bench.client.describe_execution(executionArn=child)["status"] == "SUCCEEDED"
    code, _ = refusal(bench.client.get_execution_history, executionArn=child)
    assert code == "InvalidArn"


def test_a_map_run_is_updated_while_it_runs(make_bench: Any) -> None:
    bench = make_bench(clock="real")
    execution = bench.start(bench.machine(machine(processor=WAIT, MaxConcurrency=1)), input="[1,2,3]")
    assert bench.world.wait_for_events(execution, 3, 10)
    arn = the_run(bench, execution)["mapRunArn"]
    assert waited(bench, arn) == {"pending": 2, "running": 1, "total": 3}
    bench.client.update_map_run(mapRunArn=arn, maxConcurrency=2)
    assert waited(bench, arn, running=2) == {"pending": 1, "running": 2, "total": 3}
    bench.client.update_map_run(mapRunArn=arn, toleratedFailureCount=5, toleratedFailurePercentage=100)
    run = the_run(bench, execution)
    assert (run["toleratedFailureCount"], run["toleratedFailurePercentage"]) == (5, 100)
    bench.client.stop_execution(executionArn=execution)
    run = the_run(bench, execution)
    assert run["status"] == "ABORTED"
    assert some(run["itemCounts"]) == {"aborted": 2, "pending": 1, "total": 3}
    code, message = refusal(bench.client.update_map_run, mapRunArn=arn, maxConcurrency=1)
    assert (code, message) == (
        "ValidationException",
        "The Map Run is ABORTED; only one that is RUNNING can be updated.",
    )


def waited(bench: Any, arn: str, running: int = 1) -> dict[str, int]:
    """The counts, once so many children run."""

    def counts() -> dict[str, int]:
        return some(bench.client.describe_map_run(mapRunArn=arn)["executionCounts"])

    known = bench.world._store.map_run(arn).executions
    assert bench.world._engine.scheduler.wait(lambda: known["running"] == running, 10)
    return counts()


@pytest.mark.parametrize("call", ["describe_map_run", "update_map_run"])
def test_no_such_map_run(bench: Any, call: str) -> None:
    arn = f"{PREFIX}:mapRun:m/L:x"
    assert refusal(getattr(bench.client, call), mapRunArn=arn) == ("ResourceNotFound", f"Resource not found: '{arn}'")
    wrong = f"{PREFIX}:stateMachine:m"
    assert refusal(getattr(bench.client, call), mapRunArn=wrong)[0] == "InvalidArn"
    assert refusal(bench.client.list_executions, mapRunArn=arn)[0] == "ResourceNotFound"


def test_with_s3(bench: Any) -> None:
    s3 = bench.world.client("s3")
    s3.create_bucket(Bucket="data")
    for number in range(3):
        s3.put_object(Bucket="data", Key=f"in/{number}.json", Body=f"[{number}]".encode())
    definition = machine(
        ItemReader={
            "Resource": "arn:aws:states:::s3:listObjectsV2",
            "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"},
            "Parameters": {"Bucket": "data", "Prefix": "in/"},
        },
        ResultWriter={
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "data", "Prefix": "out"},
            "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"},
        },
    )
    execution = bench.run(definition)
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    run = the_run(bench, execution["executionArn"])
    folder = f"out/{run['mapRunArn'].rsplit(':', 1)[1]}"
    assert s3.get_object(Bucket="data", Key=f"{folder}/SUCCEEDED_0.json")["Body"].read() == b"[0,1,2]"
    assert run["itemCounts"]["resultsWritten"] == 3
    definition["States"]["S"]["ItemReader"]["Parameters"] = {"Bucket": "nowhere"}
    execution = bench.run(definition, name="other")
    assert execution["error"] == "States.ItemReaderFailed"
    assert "(Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: " in execution["cause"]


def test_a_redrive_goes_on_with_the_map_run(bench: Any) -> None:
    broken = [True]

    def flaky(event: Any, context: Any) -> Any:
        if broken[0] and event == "b":
            raise ValueError("no")
        return event

    bench.world.put_function("flaky", flaky)
    task = {"Type": "Task", "Resource": f"arn:aws:lambda:us-east-1:{'0' * 12}:function:flaky", "End": True}
    processor = {"StartAt": "T", "States": {"T": task}}
    execution = bench.run(machine(processor=processor), input='["a","b"]')["executionArn"]
    failed = the_run(bench, execution)
    assert failed["status"] == "FAILED"
    broken.clear()
    broken.append(False)
    bench.client.redrive_execution(executionArn=execution)
    assert bench.end(execution)["output"] == '["a","b"]'
    run = the_run(bench, execution)
    assert (run["mapRunArn"], run["status"], run["redriveCount"]) == (failed["mapRunArn"], "SUCCEEDED", 1)
    assert run["redriveDate"] >= failed["startDate"]
    assert some(run["executionCounts"]) == {"succeeded": 2, "total": 2}
    redriven = next(event for event in bench.events(execution) if event["type"] == "MapRunRedriven")
    assert redriven["mapRunRedrivenEventDetails"] == {"mapRunArn": run["mapRunArn"], "redriveCount": 1}
    children = bench.client.list_executions(mapRunArn=run["mapRunArn"], redriveFilter="REDRIVEN")["executions"]
    assert [(child["redriveCount"], child["status"]) for child in children] == [(1, "SUCCEEDED")]
