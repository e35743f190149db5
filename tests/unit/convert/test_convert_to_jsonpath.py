"""JSONata to JSONPath: what is plain is converted and runs to the same end, the rest stays and is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sfn_notebook as sfn
from sfn_notebook.convert import to_jsonpath

ECHO = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
DATA = {"n": 3, "s": "it", "o": {"a": 1, "b c": [1, 2]}, "l": [1, 2], "z": None, "yes": True}


@pytest.fixture(scope="module")
def session():
    with sfn.local(clock="instant") as opened:
        opened.function("echo")(lambda event, context: event)
        yield opened


def one(state, name="A", **more):
    state = state if state["Type"] in ("Choice", "Succeed", "Fail") else {"End": True, **state}
    return {"StartAt": name, "States": {name: state, **more}}


def ran(session, definition):
    execution = session.state_machine("converted", definition=definition).run(DATA)
    return execution.status, execution.output if execution.status == "SUCCEEDED" else None


def same(session, definition):
    definition = {"QueryLanguage": "JSONata", **definition}
    made = to_jsonpath(definition)
    assert ran(session, made.definition) == ran(session, definition)
    assert made.definition["QueryLanguage"] == "JSONPath"
    return made


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Output": {"x": "{% $states.input.o.`b c`[1] %}", "c": [1, {"d": 2}]}},
        {"Type": "Pass", "Output": [1, 2]},
        {"Type": "Pass", "Output": "{% $states.input.o %}"},
        {"Type": "Wait", "Seconds": "{% $states.input.n %}"},
        {"Type": "Succeed", "Output": "{% $states.context.State.Name %}"},
        {**ECHO, "Arguments": {"FunctionName": "echo", "Payload": "{% $states.input.o %}"},
         "Output": {"p": "{% $states.result.Payload %}"}, "TimeoutSeconds": "{% $states.input.n %}"},
        {**ECHO, "Arguments": {"FunctionName": "echo"}, "Output": "{% $states.result.Payload %}"},
        {**ECHO, "Arguments": {"FunctionName": "echo"}, "Output": "{% $states.input %}"},
        {"Type": "Map", "Items": "{% $states.input.l %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
         "ItemProcessor": one({"Type": "Pass", "Output": "{% $states.input.v %}"}, "B"),
         "Output": '{% $merge([$states.input, {"all": $states.result}]) %}'},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_plain_runs_to_the_same_end(session, state):
    assert same(session, one(state)).complete


@settings(max_examples=60, deadline=None)
@given(
    subject=st.sampled_from(["n", "s", "yes", "o.a", "missing"]),
    sign=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    right=st.sampled_from(["3", '"it"', "'x'", "true", "-1.5"]),
)
def test_conditions(session, subject, sign, right):
    condition = f"{{% $states.input.{subject} {sign} {right} %}}"
    choice = {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Y"}], "Default": "N"}
    definition = {"QueryLanguage": "JSONata", **one(choice, Y=one({"Type": "Succeed"}, "Y")["States"]["Y"],
                  N={"Type": "Pass", "Output": "no", "End": True})}  # fmt: skip
    original = ran(session, definition)
    made = to_jsonpath(definition)
    if original[0] == "SUCCEEDED":
        assert ran(session, made.definition) == original


@pytest.mark.parametrize(
    "output", ["{% 1 + 1 %}", {"l": ["{% $states.input.n %}"]}, {"a.$": 1}, {"x": "{% $sum([1]) %}"}]
)
def test_the_rest_stays_and_is_told(session, output):
    made = same(session, one({"Type": "Pass", "Output": output}))
    assert [(remark.state, remark.field, remark.kept) for remark in made.remarks] == [("A", "Output", True)]
    assert made.definition["States"]["A"]["QueryLanguage"] == "JSONata"


def test_where_the_two_languages_mean_another_input():
    state = {"Type": "Pass", "Output": {"a": 1}, "Assign": {"v": "{% $states.input.n %}"}}
    made = to_jsonpath({"QueryLanguage": "JSONata", **one(state)})
    assert [remark.field for remark in made.remarks] == ["Assign"]
    choice = {"Type": "Choice", "Choices": [], "Default": "B", "Output": "{% $states.input.n %}"}
    made = to_jsonpath({"QueryLanguage": "JSONata", **one(choice)})
    assert [remark.field for remark in made.remarks] == ["Output"]
