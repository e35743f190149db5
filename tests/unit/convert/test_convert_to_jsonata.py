"""JSONPath to JSONata: what is written, what is kept, and that both run to the same end on the engine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sfn_notebook as sfn
from sfn_notebook.convert import to_jsonata, to_jsonpath

FUNCTION = "arn:aws:states:::lambda:invoke"


@pytest.fixture(scope="module")
def session():
    with sfn.local(clock="instant") as opened:
        opened.function("echo")(lambda event, context: event)

        @opened.function("boom")
        def boom(event, context):
            raise ValueError("no")

        yield opened


def one(state, name="A", **more):
    state = state if state["Type"] in ("Choice", "Succeed", "Fail") else {"End": True, **state}
    return {"StartAt": name, "States": {name: state, **more}}


def ran(session, definition, data):
    sm = session.state_machine("converted", definition=definition)
    execution = sm.run(data)
    return execution.status, execution.output if execution.status == "SUCCEEDED" else None


def same(session, definition, data):
    """Both ends; the original has to succeed for them to be compared."""
    made = to_jsonata(definition)
    assert made.complete, made.remarks
    original = ran(session, definition, data)
    assert original[0] == "SUCCEEDED"
    assert ran(session, made.definition, data) == original
    return made


END = {"Type": "Pass", "End": True}
DATA = {"n": 3, "s": "it's", "o": {"a": 1, "b c": [1, 2]}, "l": [1, 2, 2], "z": None, "t": "2026-01-31T12:00:00Z",
        "one": [7], "deep": [[1], [2]], "rows": [{"id": 1}, {"id": 2}]}  # fmt: skip


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass"},
        {"Type": "Pass", "InputPath": "$.o"},
        {"Type": "Pass", "InputPath": None},
        {"Type": "Pass", "OutputPath": None},
        {"Type": "Pass", "OutputPath": "$.o['b c'][1]"},
        {"Type": "Pass", "Result": {"text": "{% 1 + 1 %}", "l": ["{% 2 %}"]}},
        {"Type": "Pass", "Result": 5, "ResultPath": "$.o.x"},
        {"Type": "Pass", "Result": [1, [2]], "ResultPath": "$.new.deeper"},
        {"Type": "Pass", "Result": {"a": 1}, "ResultPath": None},
        {"Type": "Pass", "Result": {"a": {"b": 2}}, "ResultPath": "$.r", "OutputPath": "$.r.a.b"},
        {"Type": "Pass", "Parameters": {"x.$": "$.deep", "y.$": "$.one", "c": 1, "z.$": "$.z"}},
        {"Type": "Pass", "Parameters": {"x.$": "$.rows[*].id", "y.$": "$.l[0:2]", "w.$": "$.l[-1]"}},
        {"Type": "Pass", "Parameters": {"name.$": "$$.State.Name", "i.$": "$$.Execution.Input.n"}},
        {"Type": "Pass", "InputPath": "$.o", "Parameters": {"x.$": "$.a"}, "ResultPath": "$.p", "OutputPath": "$.p"},
        {"Type": "Wait", "SecondsPath": "$.n", "OutputPath": "$.o"},
        {"Type": "Wait", "TimestampPath": "$.t"},
        {"Type": "Succeed", "InputPath": "$.l", "OutputPath": "$[0]"},
        {"Type": "Task", "Resource": FUNCTION, "Parameters": {"FunctionName": "echo", "Payload.$": "$.o"},
         "ResultSelector": {"got.$": "$.Payload.a"}, "ResultPath": "$.task", "OutputPath": "$.task.got"},
        {"Type": "Task", "Resource": FUNCTION, "Parameters": {"FunctionName": "echo", "Payload.$": "$"},
         "ResultSelector": {"p.$": "$.Payload"}, "TimeoutSecondsPath": "$.n"},
        {"Type": "Task", "Resource": FUNCTION, "Parameters": {"FunctionName": "boom"}, "Catch": [
            {"ErrorEquals": ["ValueError"], "ResultPath": "$.error", "Next": "Z", "Assign": {"e.$": "$.Error"}}]},
        {"Type": "Task", "Resource": FUNCTION, "Parameters": {"FunctionName": "boom"}, "Catch": [
            {"ErrorEquals": ["States.ALL"], "Next": "Z"}]},
        {"Type": "Map", "ItemsPath": "$.l", "ItemSelector": {"v.$": "$$.Map.Item.Value", "n.$": "$.n"},
         "ItemProcessor": one({"Type": "Pass", "OutputPath": "$.v"}, "B"), "ResultPath": "$.all", "MaxConcurrency": 1},
        {"Type": "Map", "InputPath": "$.rows", "Iterator": one({"Type": "Pass", "Parameters": {"x.$": "$.id"}}, "B"),
         "ResultSelector": {"r.$": "$"}},
        {"Type": "Parallel", "Branches": [one({"Type": "Pass", "OutputPath": "$.n"}, "B"), one({"Type": "Pass"}, "C")],
         "Parameters": {"n.$": "$.n"}, "ResultPath": "$.both"},
    ],
    ids=str,
)  # fmt: skip
def test_every_field_runs_to_the_same_end(session, state):
    error = "$.error.Error" if "error" in str(state.get("Catch")) else "$.Error"  # the rest holds a request's id
    same(session, one(state, **({"Z": {**END, "OutputPath": error}} if "Catch" in state else {})), DATA)


@pytest.mark.parametrize(
    "call",
    [
        "States.Format('it\\'s {} of {}', $.n, $.s)",
        "States.Format('plain')",
        "States.StringToJson('{\"a\": [1]}')",
        "States.JsonToString($.o)",
        "States.Array($.n, $.s, $.deep)",
        "States.Array()",
        "States.ArrayPartition($.l, 2)",
        "States.ArrayContains($.l, 2)",
        "States.ArrayRange(1, 9, 2)",
        "States.ArrayGetItem($.l, 1)",
        "States.ArrayLength($.deep)",
        "States.ArrayUnique($.l)",
        "States.Base64Encode($.s)",
        "States.Base64Decode('aGk=')",
        "States.Hash($.s, 'SHA-256')",
        "States.JsonMerge($.o, $.o, false)",
        "States.MathAdd($.n, -5)",
        "States.StringSplit('a,,b', ',')",
        "States.StringSplit('a,b;c-d', ',;-')",
        "States.StringSplit('a', ',')",
        "States.ArrayLength(States.ArrayRange(0, $.n, 1))",
    ],
)
def test_every_intrinsic_function(session, call):
    same(session, one({"Type": "Pass", "Parameters": {"x.$": call}}), DATA)


RULES = [
    {"Variable": "$.n", "NumericEquals": 3}, {"Variable": "$.n", "NumericLessThan": 3},
    {"Variable": "$.s", "NumericGreaterThan": 1}, {"Variable": "$.n", "NumericGreaterThanEqualsPath": "$.o.a"},
    {"Variable": "$.s", "StringEquals": "it's"}, {"Variable": "$.n", "StringLessThan": "x"},
    {"Variable": "$.s", "StringGreaterThanPath": "$.t"}, {"Variable": "$.n", "StringEqualsPath": "$.n"},
    {"Variable": "$.s", "StringMatches": "it*"}, {"Variable": "$.t", "StringMatches": "*-01-*:\\*"},
    {"Variable": "$.n", "StringMatches": "*"}, {"Variable": "$.n", "BooleanEquals": True},
    {"Variable": "$.t", "TimestampLessThan": "2026-02-01T00:00:00Z"},
    {"Variable": "$.t", "TimestampEqualsPath": "$.t"}, {"Variable": "$.s", "TimestampEquals": "2026-02-01T00:00:00Z"},
    {"Variable": "$.missing", "IsPresent": True}, {"Variable": "$.missing", "IsPresent": False},
    {"Variable": "$.z", "IsPresent": True}, {"Variable": "$.z", "IsNull": True}, {"Variable": "$.n", "IsNull": False},
    {"Variable": "$.n", "IsNumeric": True}, {"Variable": "$.s", "IsString": False},
    {"Variable": "$.n", "IsBoolean": True}, {"Variable": "$.t", "IsTimestamp": True},
    {"Variable": "$.n", "IsTimestamp": True}, {"Variable": "$$.State.Name", "StringEquals": "A"},
]  # fmt: skip
NESTED = st.recursive(
    st.sampled_from(RULES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"And": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"Or": some}),
        inner.map(lambda some: {"Not": some}),
    ),
    max_leaves=5,
)


def chosen(rule, **fields):
    state = {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No", **fields}
    return one(state, Yes={"Type": "Pass", "Result": "yes", "ResultPath": "$.r", "End": True}, No=END)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_comparison(session, rule):
    same(session, chosen(rule), DATA)


@settings(max_examples=40, deadline=None)
@given(rule=NESTED)
def test_rules_of_any_depth(session, rule):
    same(session, chosen(rule, InputPath="$", OutputPath="$"), DATA)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-99, 99), st.text("ab '\"{%}\\é", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abxy"), inner, max_size=3)),
    max_leaves=8,
)
PATHS = st.sampled_from(["$", "$.a", "$.b", "$.a.x", "$['b']", "$.b.y", "$.new"])
TEMPLATES = st.recursive(
    st.one_of(JSON.map(lambda value: {"c": value}), PATHS.map(lambda path: {"p.$": path})),
    lambda inner: st.one_of(inner.map(lambda value: {"d": value}), st.lists(inner, max_size=2).map(lambda v: {"l": v})),
    max_leaves=3,
)
STATES = st.fixed_dictionaries(
    {"Type": st.just("Pass")},
    optional={
        "InputPath": st.one_of(PATHS, st.none()),
        "Parameters": TEMPLATES,
        "ResultPath": st.one_of(PATHS, st.none()),
        "OutputPath": st.one_of(PATHS, st.none()),
    },
)


@settings(max_examples=150, deadline=None)
@given(states=st.lists(STATES, min_size=1, max_size=3), data=st.dictionaries(st.sampled_from("ab"), JSON, min_size=2))
def test_any_data_flow_of_what_succeeds(session, states, data):
    named = {f"S{at}": {**state, "Next": f"S{at + 1}"} for at, state in enumerate(states)}
    definition = {"StartAt": "S0", "States": {**named, f"S{len(states)}": {"Type": "Succeed"}}}
    made = to_jsonata(definition)
    assert made.complete
    original = ran(session, definition, data)
    if original[0] == "SUCCEEDED":
        assert ran(session, made.definition, data) == original


def test_what_has_no_faithful_form_stays_and_is_told():
    filtered = {"Type": "Pass", "InputPath": "$.rows[?(@.id > 1)]", "Next": "B"}
    made = to_jsonata(
        {"StartAt": "A", "States": {"A": filtered, "B": {"Type": "Pass", "InputPath": "$.x", "End": True}}}
    )
    assert not made.complete
    assert [(one.state, one.field, one.kept) for one in made.remarks] == [("A", "InputPath", True)]
    assert made.definition["States"]["A"] == filtered
    assert made.definition["States"]["B"] == {
        "Type": "Pass", "End": True, "Output": "{% $states.input.x %}", "QueryLanguage": "JSONata"
    }  # fmt: skip
    assert "QueryLanguage" not in made.definition


def test_a_machine_of_both_languages_runs_to_the_same_end(session):
    filtered = {"Type": "Pass", "InputPath": "$.rows[?(@.id > 1)]", "ResultPath": "$.big", "Next": "B"}
    each = one({"Type": "Pass", "Parameters": {"x.$": "$.id"}}, "C")
    states = {"A": filtered, "B": {"Type": "Map", "ItemsPath": "$.big", "ItemProcessor": each, "End": True}}
    definition = {"StartAt": "A", "States": states}
    made = to_jsonata(definition)
    assert not made.complete
    assert ran(session, made.definition, DATA) == ran(session, definition, DATA) == ("SUCCEEDED", [{"x": 2}])


def test_one_state_alone():
    states = {"A": {"Type": "Pass", "InputPath": "$.x", "Next": "B"}, "B": {"Type": "Pass", "End": True}}
    made = to_jsonata({"StartAt": "A", "States": states}, only=["A"])
    assert made.definition["States"]["B"] == states["B"]
    assert made.definition["States"]["A"]["QueryLanguage"] == "JSONata"


def test_jsonata_stays_as_it_is():
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Output": "x", "End": True}},
    }
    assert to_jsonata(definition).definition == definition


@pytest.mark.parametrize("convert", [to_jsonata, to_jsonpath])
@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Choice", "Choices": 5}, {"Type": "Choice", "Choices": [{"And": [7]}]},
        {"Type": "Pass", "InputPath": 5},
        {"Type": "Task", "Catch": ["x"]}, {"Type": "Map", "ItemReader": 5}, {"Type": "Wait", "SecondsPath": "no path"},
        {"Type": "Choice", "Choices": [{"Condition": 5, "Variable": 5, "IsNull": 3}]}, {"Type": 7, "Output": 5},
        {"Type": "Pass", "Parameters": {"x.$": "States.Nope(1)"}, "Output": {"x.$": [1]}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_malformed_stays_as_it_is(convert, state):
    for language in ("JSONPath", "JSONata"):
        made = convert({"QueryLanguage": language, "StartAt": "A", "States": {"A": state, "B": 5}})
        assert made.definition["States"]["A"].items() >= state.items()
        assert convert({"States": 5}).definition.get("States") == 5
