import json
import threading
from typing import Any

import pytest
from distributed_maps import PASS, PUT, TASK, WAIT, FakeStorage, distributed
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Execution, Limits, TaskFailure

DONE = ["MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited"]


def the_run(engine: Engine) -> MapRun:
    return next(iter(engine.map_runs.by_arn.values()))


def counts(counted: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if number}


def failing(call: Any) -> Any:
    if call.arguments == "bad":
        raise TaskFailure("E", "c")
    return call.arguments


def test_the_history_holds_the_run_and_no_items(bench: Bench) -> None:
    execution = bench.state(distributed(), [1, 2])
    assert types(execution)[2:7] == DONE
    # the Exited event follows the run's end and passes the state's success by
    assert chain(execution)[2:7] == [2, 3, 4, 5, 5]
    assert details(execution, "MapStateStarted") == {"length": 2}
    arn = details(execution, "MapRunStarted")["mapRunArn"]
    assert arn.startswith("arn:aws:states:us-east-1:000000000000:mapRun:m/L:")
    assert output(execution) == [1, 2]


def test_without_a_label_one_is_made_up(bench: Bench) -> None:
    state = distributed()
    del state["Label"]
    arn = details(bench.state(state, [1]), "MapRunStarted")["mapRunArn"]
    assert len(arn.split("/")[1].split(":")[0]) == 36


def test_children_are_executions(bench: Bench) -> None:
    engine = bench.engine()
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": distributed()}}, ["a"])
    assert engine.wait_for_end(parent, 20)
    (child,) = engine.map_runs.children.values()
    prefix = "arn:aws:states:us-east-1:000000000000"
    assert child.arn == f"{prefix}:execution:m/L:{child.name}"
    assert child.machine.arn == f"{prefix}:stateMachine:m/L"
    assert (child.status, child.output, child.item_count) == ("SUCCEEDED", '"a"', 1)
    assert types(child) == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    assert child.map_run_arn == the_run(engine).arn


def test_the_context_object_of_a_child_is_its_own(bench: Bench) -> None:
    shown = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}}}
    (made,) = output(bench.state(distributed(shown), ["x"]))
    context = made["c"]
    assert context["Execution"]["Input"] == "x"
    assert context["Execution"]["Id"].endswith(f"execution:m/L:{context['Execution']['Name']}")
    assert context["StateMachine"]["Name"] == "m/L"


def test_express_children(bench: Bench) -> None:
    engine = bench.engine()
    slow = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}
    state = distributed(slow, type="EXPRESS", ToleratedFailureCount=1)
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": state}}, [1, 301])
    assert engine.wait_for_end(parent, 20)
    quick, late = engine.map_runs.children.values()
    assert ":express:m/L:" in quick.arn
    assert quick.status == "SUCCEEDED"
    assert late.status == "TIMED_OUT"  # five minutes
    assert counts(the_run(engine).items) == {"succeeded": 1, "timedOut": 1, "total": 2}


def test_children_see_no_outer_variables(bench: Bench) -> None:
    item = {"P": {"Type": "Pass", "Parameters": {"v.$": "$outer"}, "End": True}}
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "M"},
            "M": distributed({"StartAt": "P", "States": item}),
        },
    }
    assert bench.run(machine, [5]).error == "States.ExceedToleratedFailureThreshold"


def test_the_pairs_of_an_object(bench: Bench) -> None:
    items = {"a": 1, "b": {"x": 2}}
    assert output(bench.state(distributed(), items)) == [{"Key": "a", "Value": 1}, {"Key": "b", "Value": {"x": 2}}]
    state = distributed(
        ItemsPath="$.in",
        ItemSelector={"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
    )
    assert output(bench.state(state, {"in": {"a": 1}})) == [{"k": "a", "v": 1, "i": 0}]
    state = distributed(QueryLanguage="JSONata", Items="{% {'a': 1} %}")
    assert output(bench.state(state)) == [{"Key": "a", "Value": 1}]


def test_where_an_item_came_from(bench: Bench) -> None:
    state = distributed(ItemSelector={"from.$": "$$.Map.Item.Source"})
    assert output(bench.state(state, [1])) == [{"from": "STATE_DATA"}]


def test_neither_an_array_nor_an_object(bench: Bench) -> None:
    execution = bench.state(distributed(), 7)
    assert "must point to array" in str(execution.cause)
    execution = bench.state(distributed(QueryLanguage="JSONata", Items="{% 1 %}"))
    assert "Expected 'array', but was 'number' for value: 1" in str(execution.cause)


def test_no_items(bench: Bench) -> None:
    execution = bench.state(distributed(), [])
    assert types(execution)[2:7] == DONE
    assert execution.output == "[]"


def test_an_item_selector_without_a_value_fails_the_run(bench: Bench) -> None:
    execution = bench.state(distributed(ItemSelector={"v.$": "$$.Map.Item.Value.x"}), [{"x": 1}, {}])
    assert types(execution)[3:] == ["MapRunStarted", "MapRunFailed", "ExecutionFailed"]
    assert details(execution, "MapRunFailed")["error"] == execution.error == "States.Runtime"
    state = distributed(QueryLanguage="JSONata", ItemSelector="{% $states.context.Map.Item.Value.x %}")
    execution = bench.state(state, [{}])
    assert types(execution)[3:] == [
        "MapRunStarted",
        "EvaluationFailed",
        "MapRunFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]


@pytest.mark.parametrize(
    ("fields", "tolerated"),
    [
        ({}, False),
        ({"ToleratedFailureCount": 1}, False),
        ({"ToleratedFailureCount": 2}, True),
        ({"ToleratedFailurePercentage": 49}, False),
        ({"ToleratedFailurePercentage": 50}, True),
        ({"ToleratedFailureCount": 2, "ToleratedFailurePercentage": 49}, False),
        ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 100}, False),
        ({"ToleratedFailureCount": 2, "ToleratedFailurePercentage": 50}, True),
    ],
)
def test_failed_items_are_tolerated_up_to_both_thresholds(bench: Bench, fields: Any, *, tolerated: bool) -> None:
    execution = bench.state(distributed(TASK, **fields), ["good", "bad", "bad", "good"], runners=failing)
    if not tolerated:
        assert execution.error == "States.ExceedToleratedFailureThreshold"
        assert execution.cause == "The specified tolerated failure threshold was exceeded"
        assert types(execution)[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
        return
    first, second, third, last = output(execution)
    assert (first, last) == ("good", "good")
    # of a child without an output there is all that is known of it
    assert second["Status"] == third["Status"] == "FAILED"
    assert (second["Error"], second["Cause"], second["Input"]) == ("E", "c", '"bad"')


def test_over_the_threshold_the_others_are_stopped_or_never_started(bench: Bench) -> None:
    processor = {
        "StartAt": "Which",
        "States": {
            "Which": {
                "Type": "Choice",
                "Choices": [{"Variable": "$", "StringEquals": "bad", "Next": "Boom"}],
                "Default": "Long",
            },
            "Long": {"Type": "Wait", "Seconds": 1000, "End": True},
            "Boom": {"Type": "Fail", "Error": "E"},
        },
    }
    engine = bench.engine()
    machine = {"StartAt": "S", "States": {"S": distributed(processor, MaxConcurrency=2)}}
    parent = bench.start(engine, machine, ["good", "bad", "good", "good"])
    assert engine.wait_for_end(parent, 20)
    run = the_run(engine)
    assert run.status == "FAILED"
    assert counts(run.items) == {"aborted": 1, "failed": 1, "pending": 2, "total": 4}
    assert [child.status for child in run.children.values()] == ["ABORTED", "FAILED"]


def test_a_retried_map_is_a_new_run(bench: Bench) -> None:
    engine = bench.engine(runners=failing)
    state = distributed(TASK, Retry=[{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "MaxAttempts": 1}])
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": state}}, ["bad"])
    assert engine.wait_for_end(parent, 20)
    assert types(parent).count("MapRunStarted") == len(engine.map_runs.by_arn) == 2


@pytest.mark.parametrize(("concurrency", "seconds"), [(1, 40), (3, 20), (0, 10), (9, 10)])
def test_as_many_at_once_as_allowed(bench: Bench, concurrency: int, seconds: int) -> None:
    execution = bench.state(distributed(WAIT, MaxConcurrency=concurrency), [1, 2, 3, 4])
    assert execution.stopped == execution.started + seconds


def test_no_more_at_once_than_the_quota(bench: Bench) -> None:
    execution = bench.state(distributed(WAIT), [1] * 6, limits=Limits(map_run_children=2))
    assert execution.stopped == execution.started + 30


def test_more_children_than_are_started_in_one_go(bench: Bench) -> None:
    items = list(range(300))
    assert output(bench.state(distributed(), items)) == items


def test_a_result_over_the_payload_quota(bench: Bench) -> None:
    execution = bench.state(distributed(), ["x" * 200_000, "y" * 200_000])
    assert execution.error == "States.DataLimitExceeded"


def waiting(bench: Bench, **fields: Any) -> tuple[Engine, Execution]:
    engine = bench.engine(clock="real")
    machine = {"StartAt": "S", "States": {"S": distributed({**WAIT}, **fields)}}
    parent = bench.start(engine, machine, [1, 2])
    assert engine.scheduler.wait(lambda: len(engine.map_runs.children) > 0, 10)
    return engine, parent


def test_stopping_the_parent_aborts_the_run_and_its_children(bench: Bench) -> None:
    engine, parent = waiting(bench, MaxConcurrency=1)
    engine.stop(parent, "why", None)
    run = the_run(engine)
    assert run.status == "ABORTED"
    assert run.stopped is not None
    assert [child.status for child in run.children.values()] == ["ABORTED"]
    assert counts(run.executions) == {"aborted": 1, "pending": 1, "total": 2}
    assert types(parent)[-1] == "ExecutionAborted"


def test_a_parent_that_runs_out_of_time_takes_its_children_along(bench: Bench) -> None:
    engine = bench.engine()
    machine = {"StartAt": "S", "TimeoutSeconds": 5, "States": {"S": distributed(WAIT)}}
    parent = bench.start(engine, machine, [1])
    assert engine.wait_for_end(parent, 20)
    assert parent.status == "TIMED_OUT"
    assert the_run(engine).status == "ABORTED"


def test_one_child_can_be_stopped(bench: Bench) -> None:
    engine, parent = waiting(bench)
    child = next(iter(engine.map_runs.children.values()))
    engine.stop(child)
    assert engine.wait_for_end(parent, 10)
    assert parent.error == "States.ExceedToleratedFailureThreshold"
    assert counts(the_run(engine).items) == {"aborted": 2, "total": 2}


def test_closing_the_engine_ends_nothing(bench: Bench) -> None:
    engine, parent = waiting(bench)
    engine.close()
    assert parent.status == the_run(engine).status == "RUNNING"
    assert all(child.running for child in engine.map_runs.children.values())


def test_a_failed_branch_beside_it_aborts_the_run(bench: Bench) -> None:
    branches = [
        {"StartAt": "S", "States": {"S": distributed(WAIT)}},
        {
            "StartAt": "Soon",
            "States": {"Soon": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "E"}},
        },
    ]
    execution = bench.state({"Type": "Parallel", "Branches": branches, "End": True}, [1])
    assert types(execution)[-5:] == [
        "FailStateEntered",
        "MapStateAborted",
        "MapRunAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


# -- batches


@pytest.mark.parametrize(
    ("batcher", "sizes"),
    [
        ({"MaxItemsPerBatch": 2}, [2, 2, 1]),
        ({"MaxItemsPerBatch": 5}, [5]),
        ({"MaxInputBytesPerBatch": len('{"Items":["a","b","c"]}')}, [3, 2]),
        ({"MaxInputBytesPerBatch": len('{"Items":["a","b","c"]}') - 1}, [2, 2, 1]),
        ({"MaxItemsPerBatch": 1, "MaxInputBytesPerBatch": 1000}, [1] * 5),
    ],
)
def test_batches(bench: Bench, batcher: Any, sizes: list[int]) -> None:
    made = output(bench.state(distributed(ItemBatcher=batcher), list("abcde")))
    assert [len(batch["Items"]) for batch in made] == sizes
    assert [item for batch in made for item in batch["Items"]] == list("abcde")
    assert all(batch.keys() == {"Items"} for batch in made)


def test_batches_hold_what_the_selector_makes_and_a_fixed_input(bench: Bench) -> None:
    state = distributed(
        InputPath="$.in",
        ItemsPath="$.list",
        ItemSelector={"v.$": "$$.Map.Item.Value"},
        ItemBatcher={"MaxItemsPerBatchPath": "$.most", "BatchInput": {"day.$": "$.day", "fixed": True}},
    )
    made = output(bench.state(state, {"in": {"list": [1, 2, 3], "most": 2, "day": "é"}}))
    both = {"BatchInput": {"day": "é", "fixed": True}}
    assert made == [{**both, "Items": [{"v": 1}, {"v": 2}]}, {**both, "Items": [{"v": 3}]}]


def test_batches_in_jsonata(bench: Bench) -> None:
    state = distributed(
        QueryLanguage="JSONata",
        Items="{% $states.input.list %}",
        ItemBatcher={"MaxItemsPerBatch": "{% $states.input.most %}", "BatchInput": "{% {'n': $states.input.most} %}"},
    )
    made = output(bench.state(state, {"list": [1, 2], "most": 1}))
    assert made == [{"BatchInput": {"n": 1}, "Items": [1]}, {"BatchInput": {"n": 1}, "Items": [2]}]


def test_a_failed_batch_fails_all_its_items(bench: Bench) -> None:
    def second(call: Any) -> Any:
        if 3 in call.arguments["Items"]:
            raise TaskFailure("E", None)

    engine = bench.engine(runners=second)
    state = distributed(TASK, ItemBatcher={"MaxItemsPerBatch": 2}, ToleratedFailureCount=2)
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": state}}, [1, 2, 3, 4, 5])
    assert engine.wait_for_end(parent, 20)
    run = the_run(engine)
    assert counts(run.items) == {"failed": 2, "succeeded": 3, "total": 5}
    assert counts(run.executions) == {"failed": 1, "succeeded": 2, "total": 3}
    assert [child.item_count for child in run.children.values()] == [2, 2, 1]


@pytest.mark.parametrize(
    ("batcher", "data", "sentence"),
    [
        ({"MaxItemsPerBatchPath": "$.n"}, {"n": 0}, "MaxItemsPerBatch must be positive."),
        (
            {"MaxInputBytesPerBatchPath": "$.n"},
            {"n": "x"},
            'The MaxInputBytesPerBatchPath field refers to value "x" which is not a valid integer: $.n',
        ),
    ],
)
def test_batches_that_cannot_be_made(bench: Bench, batcher: Any, data: Any, sentence: str) -> None:
    execution = bench.state(distributed(ItemsPath="$.list", ItemBatcher=batcher), {**data, "list": [1]})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(sentence)


def test_an_item_that_fits_into_no_batch(bench: Bench) -> None:
    execution = bench.state(distributed(ItemBatcher={"MaxInputBytesPerBatch": 20}), ["x" * 30])
    assert execution.error == "States.DataLimitExceeded"


# -- results


def exporting(processor: Any = PASS, writer: Any = None, **fields: Any) -> dict[str, Any]:
    export = {"Resource": PUT, "Parameters": {"Bucket": "out", "Prefix": "jobs"}}
    return distributed(processor, ResultWriter={**export, **(writer or {})}, **fields)


def exported(bench: Bench, state: Any, data: Any, **options: Any) -> tuple[Execution, FakeStorage, str]:
    storage = FakeStorage()
    execution = bench.state(state, data, storage=storage, **options)
    folder = next(place for place in storage.files if place.endswith("/manifest.json")).rsplit("/", 1)[0]
    return execution, storage, folder


def test_results_are_exported(bench: Bench) -> None:
    execution, storage, folder = exported(bench, exporting(), ["a", "b"])
    arn = details(execution, "MapRunStarted")["mapRunArn"]
    key = f"{folder.removeprefix('out/')}/manifest.json"
    assert key == f"jobs/{arn.rsplit(':', 1)[1]}/manifest.json"
    assert output(execution) == {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": "out", "Key": key}}
    body = storage.files[f"{folder}/SUCCEEDED_0.json"]
    succeeded = [{"Key": key.replace("manifest", "SUCCEEDED_0"), "Size": len(body)}]
    files = {"FAILED": [], "PENDING": [], "SUCCEEDED": succeeded}
    assert storage.json(f"{folder}/manifest.json") == {
        "DestinationBucket": "out",
        "MapRunArn": arn,
        "ResultFiles": files,
    }
    first = json.loads(body)[0]
    assert list(first) == sorted(first)
    assert (first["Input"], first["Output"], first["Status"]) == ('"a"', '"a"', "SUCCEEDED")
    assert first["RedriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"


@pytest.mark.parametrize(("prefix", "start"), [("p", "p/"), ("p/", "p/"), ("", ""), (None, "")])
def test_the_prefix(bench: Bench, prefix: str | None, start: str) -> None:
    parameters = {"Bucket": "out"} if prefix is None else {"Bucket": "out", "Prefix": prefix}
    execution, _, _ = exported(bench, exporting(writer={"Parameters": parameters}), [])
    run = output(execution)["MapRunArn"].rsplit(":", 1)[1]
    assert output(execution)["ResultWriterDetails"]["Key"] == f"{start}{run}/manifest.json"


def test_failed_and_pending_children_have_files_of_their_own(bench: Bench) -> None:
    execution, storage, folder = exported(bench, exporting(TASK, MaxConcurrency=1), ["a", "bad", "c"], runners=failing)
    assert execution.error == "States.ExceedToleratedFailureThreshold"
    (failed,) = storage.json(f"{folder}/FAILED_0.json")
    assert (failed["Error"], failed["Cause"], failed["Status"]) == ("E", "c", "FAILED")
    (pending,) = storage.json(f"{folder}/PENDING_0.json")
    assert (pending["Input"], pending["Status"]) == ('"c"', "PENDING")
    assert len(storage.json(f"{folder}/SUCCEEDED_0.json")) == 1
    files = storage.json(f"{folder}/manifest.json")["ResultFiles"]
    assert {name: len(listed) for name, listed in files.items()} == {"FAILED": 1, "PENDING": 1, "SUCCEEDED": 1}


@pytest.mark.parametrize(
    ("config", "written"),
    [
        ({"Transformation": "COMPACT", "OutputType": "JSON"}, "[[1,2],[3]]"),
        ({"Transformation": "FLATTEN", "OutputType": "JSON"}, "[1,2,3]"),
        ({"Transformation": "FLATTEN", "OutputType": "JSONL"}, "1\n2\n3"),
        ({"Transformation": "COMPACT", "OutputType": "JSONL"}, "[1,2]\n[3]"),
    ],
)
def test_the_shape_of_results(bench: Bench, config: Any, written: str) -> None:
    _, storage, folder = exported(bench, exporting(writer={"WriterConfig": config}), [[1, 2], [3]])
    end = "jsonl" if config["OutputType"] == "JSONL" else "json"
    assert storage.files[f"{folder}/SUCCEEDED_0.{end}"].decode() == written
    execution = bench.state(distributed(ResultWriter={"WriterConfig": config}), [[1, 2], [3]])
    assert output(execution) == (written if end == "jsonl" else json.loads(written))


def test_results_that_are_no_arrays_stay_as_they_are_when_flattened(bench: Bench) -> None:
    state = distributed(ResultWriter={"WriterConfig": {"Transformation": "FLATTEN"}})
    assert output(bench.state(state, [[1], 2, {"a": [3]}])) == [1, 2, {"a": [3]}]


def test_all_about_each_child_in_the_output(bench: Bench) -> None:
    state = distributed(ResultWriter={"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}})
    (told,) = output(bench.state(state, [7]))
    assert (told["Output"], told["Input"], told["OutputDetails"]) == ("7", "7", {"Included": True})


def test_the_bucket_in_jsonata(bench: Bench) -> None:
    writer = {"Resource": PUT, "Arguments": {"Bucket": "{% $states.input.bucket %}", "Prefix": "p"}}
    state = distributed(QueryLanguage="JSONata", Items=[1], ResultWriter=writer)
    execution, _, folder = exported(bench, state, {"bucket": "mine"})
    assert folder.startswith("mine/p/")
    assert output(execution)["ResultWriterDetails"]["Bucket"] == "mine"


def test_results_that_cannot_be_written_start_nothing(bench: Bench) -> None:
    storage = FakeStorage()
    storage.sealed = True
    engine = bench.engine(storage=storage)
    state = exporting(Catch=[{"ErrorEquals": ["States.ResultWriterFailed"], "Next": "Caught"}])
    machine = {"StartAt": "S", "States": {"S": state, "Caught": {"Type": "Succeed"}}}
    parent = bench.start(engine, machine, [1])
    assert engine.wait_for_end(parent, 20)
    assert output(parent) == {"Error": "States.ResultWriterFailed", "Cause": "Access Denied"}
    assert not engine.map_runs.children


def test_a_stopped_run_still_writes_what_there_is(bench: Bench) -> None:
    storage = FakeStorage()
    engine = bench.engine(clock="real", storage=storage)
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": exporting(WAIT, MaxConcurrency=1)}}, [1, 2])
    assert engine.scheduler.wait(lambda: len(engine.map_runs.children) > 0, 10)
    engine.stop(parent)
    assert engine.scheduler.wait(lambda: len(storage.files) == 3, 10)
    assert sorted(place.rsplit("/", 1)[1] for place in storage.files) == [
        "FAILED_0.json",
        "PENDING_0.json",
        "manifest.json",
    ]


def test_where_there_is_no_s3(bench: Bench) -> None:
    execution = bench.state(exporting(), [1])
    assert execution.error == "States.Runtime"
    assert execution.cause == "This engine has no S3 to read from or to write to."


def test_nested(bench: Bench) -> None:
    inner = {"StartAt": "In", "States": {"In": distributed(Label="Inner")}}
    engine = bench.engine()
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": distributed(inner)}}, [[1, 2], [3]])
    assert engine.wait_for_end(parent, 20)
    assert output(parent) == [[1, 2], [3]]
    labels = [run.arn.rsplit(":", 2)[1] for run in engine.map_runs.by_arn.values()]
    assert labels == ["m/L", "m/Inner", "m/Inner"]


def test_whichever_thread_is_quicker_makes_no_difference(bench: Bench) -> None:
    items = {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Id"}}
    items["Id"] = {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}

    def ids(*, swapped: bool) -> Any:
        second = threading.Event()

        def runner(call: Any) -> Any:
            if call.arguments == 1:
                second.set()
            elif swapped:
                assert second.wait(5)
            return call.arguments

        return output(bench.state(distributed({"StartAt": "T", "States": items}), [0, 1], runners=runner))

    assert ids(swapped=True) == ids(swapped=False)


def test_twice_is_the_same(bench: Bench) -> None:
    def ids() -> list[str]:
        engine = bench.engine(seed=3)
        parent = bench.start(engine, {"StartAt": "S", "States": {"S": distributed()}}, [1, 2, 3])
        assert engine.wait_for_end(parent, 20)
        return list(engine.map_runs.children)

    assert ids() == ids()
