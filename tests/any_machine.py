"""Machines of any shape for property tests, and a world to run them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sfn_notebook.engine.embedded import Embedded

ROLE = "arn:aws:iam::000000000000:role/r"
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.floats(-2, 2, allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "n", "é"]), inner, max_size=3)
    ),
    max_leaves=6,
)
paths = st.sampled_from(
    [
        *("$", "$.a", "$.n", "$.a[0]", "$.b.a", "$..a", "$.a[*]", "$$.Execution.Name", "$.none", "$v2", "$v1.x"),
        *("$.a[-2:]", "$.a[0:5:2]", "$['a','n']", "$..[?(@.n > 1)]", "$.a[?(@ == $.n || @.b =~ /x/)]"),
        "$.a.length()",
    ]
)
calls = st.sampled_from(
    [
        *("States.UUID()", "States.Array($.a, $.n, $v2)", "States.Format('{} \\{\\}', $.n)", "States.MathAdd($.n, 1)"),
        *("States.ArrayPartition($.a, $.n)", "States.ArrayGetItem($.a, $.n)", "States.ArrayRange(0, $.n, 1)"),
        *("States.JsonMerge($, $.b, false)", "States.StringToJson(States.JsonToString($))", "States.Hash($.a, 'MD5')"),
        *("States.ArrayUnique($..a)", "States.StringSplit($.b, $.a)", "States.MathRandom(0, $.n)"),
        "States.Base64Decode($.b)",
    ]
)
queries = st.sampled_from(
    [
        "{% $states.input %}",
        "{% $states.input.n + 1 %}",
        "{% $states.input.a[0] %}",
        "{% $count($states.input.*) %}",
        "{% $states.input.none %}",
        "{% $error('no') %}",
        "{% $v2 %}",
        "{% $v1.x + $v0 %}",
        "{% $partition($states.input.a, $states.input.n) %}",
        "{% $range(0, $states.input.n, 1) %}",
        "{% $hash($string($states.input), 'MD5') & $uuid() %}",
        "{% $parse($states.input.b) %}",
        "{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}",
        "plain",
    ]
)
OPERANDS: dict[str, Any] = {
    **dict.fromkeys(("IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"), True),
    "NumericGreaterThan": 1,
    "NumericLessThanEqualsPath": "$.n",
    "StringEquals": "a",
    "StringMatches": "*a\\*",
    "StringGreaterThanPath": "$.b",
    "BooleanEquals": False,
    "TimestampLessThan": "2026-01-01T00:00:00Z",
}
errors = st.sampled_from(["States.ALL", "States.TaskFailed", "States.Timeout", "ValueError", "E", "States.Runtime"])
retriers = st.lists(
    st.fixed_dictionaries(
        {
            "ErrorEquals": st.lists(
                errors.filter(lambda name: name != "States.ALL"), min_size=1, max_size=2, unique=True
            )
        },
        optional={
            "IntervalSeconds": st.integers(1, 3),
            "MaxAttempts": st.integers(0, 2),
            "BackoffRate": st.sampled_from([1, 1.5, 2]),
            "JitterStrategy": st.sampled_from(["FULL", "NONE"]),
        },
    ),
    max_size=2,
)


@st.composite
def machines(draw: st.DrawFn, depth: int = 2, prefix: str = "") -> dict[str, Any]:
    """StartAt and States: each state leads to the one after it, and Choice and Catch to any later one."""
    names = [f"{prefix}{letter}" for letter in "ABCD"[: draw(st.integers(1, 4))]]
    states = {}
    for number, name in enumerate(names):
        later = names[number + 1 :]
        states[name] = draw(_state(name, later, depth))
    return {"StartAt": names[0], "States": _reachable(names[0], states)}


def _reachable(start: str, states: dict[str, Any]) -> dict[str, Any]:
    """AWS refuses a state to which no edge leads."""
    found: dict[str, Any] = {}
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in found:
            state = found[name] = states[name]
            edges = [state, *state.get("Choices", ()), *state.get("Catch", ())]
            ahead += [edge[key] for edge in edges for key in ("Next", "Default") if key in edge]
    return {name: states[name] for name in states if name in found}


@st.composite
def _state(draw: st.DrawFn, name: str, later: list[str], depth: int) -> dict[str, Any]:
    kinds = ["Pass", "Wait", "Task", "Callback"]
    kinds += ["Choice"] if later else ["Succeed", "Fail"]  # so that every state can be reached
    kinds += ["Parallel", "Map"] if depth else []
    kind = draw(st.sampled_from(kinds))
    query = draw(st.booleans())
    state: dict[str, Any] = {"Type": kind}
    if query:
        state["QueryLanguage"] = "JSONata"
    made: dict[str, Any] = _FIELDS[kind](draw, name, later, depth, query)
    state |= made
    if kind not in ("Choice", "Succeed", "Fail"):
        state |= {"Next": later[0]} if later else {"End": True}
        if kind in ("Callback", "Task", "Parallel", "Map"):
            state["Retry"] = draw(retriers)
            if later and draw(st.booleans()):
                state["Catch"] = [draw(_catcher(later, depth, query))]
    if state["Type"] == "Callback":
        state["Type"] = "Task"
    if not query and kind not in ("Fail", "Choice") and draw(st.booleans()):
        state[draw(st.sampled_from(["InputPath", "OutputPath"]))] = draw(paths)
    if query and kind in ("Pass", "Task", "Map", "Wait") and draw(st.booleans()):
        state["Assign"] = {f"v{depth}": draw(queries)}
    if not query and kind in ("Pass", "Task", "Map", "Wait") and draw(st.booleans()):
        state["Assign"] = {f"v{depth}.$": draw(paths | calls)}
    return state


@st.composite
def _catcher(draw: st.DrawFn, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    made = {"ErrorEquals": [draw(errors)], "Next": draw(st.sampled_from(later))}
    if draw(st.booleans()):
        return made
    if query:
        assigned = {f"v{depth}": "{% $states.errorOutput %}"}
        return {**made, "Output": "{% $states.errorOutput.Cause %}", "Assign": assigned}
    return {**made, "ResultPath": draw(st.sampled_from(["$.e", "$", None])), "Assign": {f"v{depth}.$": "$.Error"}}


def _passes(draw: st.DrawFn, *_: Any) -> dict[str, Any]:
    query = _[3]
    if query:
        return {"Output": draw(queries | st.dictionaries(st.sampled_from("ab"), queries, max_size=2))}
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                "Result": json_values,
                "Parameters": st.fixed_dictionaries({"x.$": paths | calls, "y": json_values}),
                "ResultPath": st.sampled_from(["$", "$.r", "$.a.b", None]),
            },
        )
    )


def _waits(draw: st.DrawFn, *_: Any) -> dict[str, Any]:
    if _[3]:
        return {draw(st.sampled_from(["Seconds", "Timestamp"])): draw(queries.filter(lambda text: text != "plain"))}
    path = st.sampled_from(["SecondsPath", "TimestampPath"]).flatmap(
        lambda field: st.fixed_dictionaries({field: paths})
    )
    stamp = st.just({"Timestamp": "2026-01-01T00:00:00.5+01:00"})
    return draw(st.integers(0, 100_000).map(lambda seconds: {"Seconds": seconds}) | path | stamp)


def _tasks(draw: st.DrawFn, name: str, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    function = draw(st.sampled_from(["good", "bad", "none"]))
    arguments = {"FunctionName": function, "Payload": {"a": 1}}
    return {
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments" if query else "Parameters": arguments,
        **draw(st.fixed_dictionaries({}, optional={"TimeoutSeconds": st.integers(1, 50)})),
        **({} if query else draw(st.fixed_dictionaries({}, optional={"HeartbeatSecondsPath": paths}))),
    }


def _callbacks(draw: st.DrawFn, name: str, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    made = _tasks(draw, name, later, depth, query)
    made["Resource"] += ".waitForTaskToken"
    return made


def _choices(draw: st.DrawFn, name: str, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    targets = st.sampled_from(later)
    if query:
        rule = {"Condition": draw(st.sampled_from(["{% $states.input.n > 1 %}", "{% true %}", "{% 5 %}"]))}
    else:
        test = draw(st.sampled_from(sorted(OPERANDS)))
        rule = {"Variable": draw(paths), test: OPERANDS[test]}
        rule = draw(st.sampled_from([rule, {"Not": rule}, {"And": [rule, rule]}, {"Or": [{"Not": rule}, rule]}]))
    if draw(st.booleans()):
        return {"Choices": [{**rule, "Next": draw(targets)}], "Default": later[0]}
    return {"Choices": [{**rule, "Next": later[0]}]}


def _parallels(draw: st.DrawFn, name: str, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    return {"Branches": [draw(machines(depth - 1, f"{name}{one}")) for one in range(draw(st.integers(1, 2)))]}


def _maps(draw: st.DrawFn, name: str, later: list[str], depth: int, query: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"ItemProcessor": draw(machines(depth - 1, f"{name}m"))}
    if query:
        made["Items"] = draw(st.just([1, {"a": 2}]) | st.just("{% $states.input.a %}"))
    elif draw(st.booleans()):
        made["ItemsPath"] = draw(paths)
    if draw(st.booleans()):
        made |= _distributed(draw, made["ItemProcessor"])
    return {**made, "MaxConcurrency": draw(st.integers(0, 2))}


def _distributed(draw: st.DrawFn, processor: dict[str, Any]) -> dict[str, Any]:
    standard = any(word in json.dumps(processor) for word in ("waitForTaskToken", "DISTRIBUTED"))
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" if standard or draw(st.booleans()) else "EXPRESS"}
    more = {
        "ItemBatcher": st.just({"MaxItemsPerBatch": 2}),
        "ResultWriter": st.sampled_from(["NONE", "COMPACT", "FLATTEN"]).map(
            lambda kind: {"WriterConfig": {"Transformation": kind, "OutputType": "JSON"}}
        ),
        "ToleratedFailureCount": st.integers(0, 2),
        "ToleratedFailurePercentage": st.integers(0, 100),
    }
    return {"ItemProcessor": {**processor, "ProcessorConfig": config}, **draw(st.fixed_dictionaries({}, optional=more))}


_FIELDS: dict[str, Any] = {
    "Pass": _passes,
    "Wait": _waits,
    "Succeed": lambda *_: {},
    "Fail": lambda draw, *_: draw(st.fixed_dictionaries({}, optional={"Error": st.just("E"), "Cause": st.just("c")})),
    "Task": _tasks,
    "Callback": _callbacks,
    "Choice": _choices,
    "Parallel": _parallels,
    "Map": _maps,
}


def good(event: Any, context: Any) -> Any:
    return {"n": 2, "a": [1]}


def bad(event: Any, context: Any) -> Any:
    raise ValueError("no")


def world(path: Path | None = None) -> Embedded:
    made = Embedded(clock="instant", seed=3, path=path)
    made.put_function("good", good)
    made.put_function("bad", bad)
    return made


def run(made: Embedded, definition: dict[str, Any], data: Any, name: str) -> dict[str, Any] | None:
    """An execution until it has ended or waits for an answer; None when AWS would not take the definition."""
    client = made.client("stepfunctions")
    try:
        machine = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    except client.exceptions.InvalidDefinition:
        return None
    started = client.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(data), name="e")
    execution = made._store.executions[started["executionArn"]]
    scheduler = made._engine.scheduler
    settled = scheduler.wait(lambda: not execution.running or (scheduler._quiet and scheduler.outside > 0), 20)
    assert settled, "it neither ends nor waits"
    shown = client.describe_execution(executionArn=execution.arn)
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution.arn)
    events = [event for page in pages for event in page["events"]]
    inside = [
        event.type for child in made._engine.map_runs.children.values() for event in child.history if child.running
    ]
    if execution.running:
        client.stop_execution(executionArn=execution.arn)
    client.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
    assert not any(child.running for child in made._engine.map_runs.children.values()), "a child was left behind"
    return {**shown, "events": events, "inside": inside}


counter = iter(range(1_000_000))
