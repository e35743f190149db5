import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfn_notebook import lint
from sfn_notebook.asl import STATE_FIELDS, read

SHARED = Path(__file__).parents[4] / "shared" / "conformance"  # recorded answers of AWS, where they lie

PASS = {"Type": "Pass", "End": True}
TYPES = "Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map"
LAMBDA = "arn:aws:states:::lambda:invoke"


def codes(definition, **options):
    return [one.code for one in lint.check(read(definition), **options)]


def messages(definition, **options):
    return [one.message for one in lint.check(read(definition), **options)]


def machine(query_language="JSONata", **states):
    return {"QueryLanguage": query_language, "StartAt": next(iter(states)), "States": states}


def one(state, query_language="JSONata", **options):
    """The problems of a machine of one state, with names that edges may lead to."""
    targets = {"B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}
    report = lint.check(read(machine(query_language, A=state, **targets)), **options)
    return [problem for problem in report if "not reachable" not in problem.message]


def test_a_sound_machine_has_no_problems():
    report = lint.check(read(machine(A=PASS)))
    assert list(report) == []
    assert report.ok
    assert repr(report) == "no problems"


# what AWS has been recorded to say, word for word
@pytest.mark.parametrize(
    ("definition", "type", "code", "pointer", "message"),
    [
        ({}, "STANDARD", "SCHEMA_VALIDATION_FAILED", "", "These fields are required: [States, StartAt]"),
        ({"States": {"A": PASS}}, "STANDARD", "SCHEMA_VALIDATION_FAILED", "", "These fields are required: [StartAt]"),
        (
            machine(A={"Type": "Pass", "Next": "B"}, C=PASS),
            "STANDARD",
            "MISSING_TRANSITION_TARGET",
            "/States/A/Next",
            "Missing 'Next' target: B",
        ),
        (
            machine(A=PASS, B=PASS),
            "STANDARD",
            "MISSING_TRANSITION_TARGET",
            "/States/B",
            'State "B" is not reachable.',
        ),
        (
            machine(A={"Type": "Pass", "Next": "A"}),
            "STANDARD",
            "MISSING_END_STATE",
            "",
            "Workflow has no terminal state",
        ),
        (
            machine(A={"Type": "Pss", "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Type",
            f"The field 'Type' should have one of these values: [{TYPES}]",
        ),
        (
            machine(A={"Type": "Task", "Resource": "nope", "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Resource",
            lint.RULES["bad_resource"].message.format(resource="nope"),
        ),
        (
            machine(A={"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True}),
            "EXPRESS",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Resource",
            "Express state machine does not support '.sync' service integration",
        ),
        (
            machine(A={"Type": "Task", "Resource": "arn:aws:states:us-east-1:1:activity:a", "End": True}),
            "EXPRESS",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Resource",
            "Express state machine does not support Activity ARN",
        ),
        (
            machine(A={**PASS, "QueryLanguage": "JSONPath"}),
            "EXPRESS",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A",
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        ),
        (
            machine("JSONPath", A={"Type": "Task", "Resource": LAMBDA, "Parameters": {"a.$": "b"}, "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Parameters",
            "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call",
        ),
        (
            machine(A={"Type": "Task", "Resource": LAMBDA, "Credentials": {}, "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Credentials",
            "The field 'RoleArn' is required but was missing",
        ),
        (
            machine(A={"Type": "Wait", "Timestamp": "2016-13-05T21:29:29Z", "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Timestamp",
            "String does not match RFC3339 timestamp",
        ),
        (
            machine(A={"Type": "Parallel", "Branches": [], "End": True}),
            "STANDARD",
            "SCHEMA_VALIDATION_FAILED",
            "/States/A/Branches",
            "Value cannot be empty",
        ),
    ],
)
def test_says_what_aws_says(definition, type, code, pointer, message):
    found = [(p.code, p.severity, p.pointer, p.message) for p in lint.check(read(definition), type=type)]
    assert (code, "error", pointer, message) in found


def test_dangling_default_catch_choice_and_start():
    definition = machine(
        A={
            "Type": "Task", "Resource": LAMBDA, "Arguments": {"Payload": 1}, "Next": "B",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lte"}],
        },
        B={"Type": "Choice", "Choices": [{"Condition": True, "Next": "Nowhere"}], "Default": "Late"},
        End={"Type": "Succeed"},
    )  # fmt: skip
    found = {p.pointer: p for p in lint.check(read(definition)) if p.message.startswith("Missing")}
    assert list(found) == ["/States/A/Catch/0/Next", "/States/B/Choices/0/Next", "/States/B/Default"]
    assert found["/States/B/Default"].state == "B"
    start = lint.check(read({"StartAt": "Ed", "States": {"End": {"Type": "Succeed"}}}))[0]
    assert (start.pointer, start.message) == ("/StartAt", "Missing 'Next' target: Ed")
    assert "Did you mean 'End'?" in start.hint


def test_an_edge_across_a_branch_says_where_the_state_is():
    branch = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "Out"}, "InEnd": {"Type": "Succeed"}}}
    definition = machine(P={"Type": "Parallel", "Branches": [branch], "Next": "Out"}, Out={"Type": "Succeed"})
    problem = next(p for p in lint.check(read(definition)) if p.state == "In")
    assert "outside" in problem.hint
    entering = machine(
        P={"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": PASS}}], "Next": "In"}, E=PASS
    )
    assert "inside a branch" in next(p for p in lint.check(read(entering)) if p.state == "P").hint


def test_a_branch_that_starts_at_a_state_of_the_machine_says_so():
    empty = {"StartAt": "A", "States": {}}
    definition = machine(A={"Type": "Pass", "Next": "P"}, P={"Type": "Parallel", "Branches": [empty], "End": True})
    (problem,) = lint.check(read(definition))
    assert (problem.pointer, problem.message) == ("/States/P/Branches/0/StartAt", "Missing 'Next' target: A")
    assert "outside" in problem.hint
    assert messages({"StartAt": "A", "States": {}}) == ["Value cannot be empty"]


def test_names_are_unique_over_branches_and_short():
    inner = {"StartAt": "A", "States": {"A": PASS}}
    assert "DUPLICATE_STATE_NAME" in codes(machine(A={"Type": "Parallel", "Branches": [inner], "End": True}))
    assert codes(machine(**{"n" * 81: PASS})) == ["INVALID_STATE_NAME"]
    assert codes(machine(**{"n" * 80: PASS})) == []


@pytest.mark.parametrize(
    ("state", "query_language", "said"),
    [
        (
            {"Type": "Pass", "Parameters": {}, "End": True},
            "JSONata",
            "field 'Parameters' is only supported for the 'JSONPath' QueryLanguage",
        ),
        (
            {"Type": "Pass", "Output": 1, "End": True},
            "JSONPath",
            "field 'Output' is only supported for the 'JSONata' QueryLanguage",
        ),
        ({"Type": "Pass", "Outpt": 1, "End": True}, "JSONata", "Field 'Outpt' is not supported"),
        ({"Type": "Pass", "Seconds": 1, "End": True}, "JSONata", "Field 'Seconds' is not supported"),
        ({"Type": "Choice", "Choices": [], "Next": "B"}, "JSONata", "Field 'Next' is not supported"),
        ({"Type": "Pass"}, "JSONata", "[Next, End]"),
        ({"Type": "Pass", "End": True, "Next": "B"}, "JSONata", "[Next, End]"),
        ({"Type": "Task", "End": True}, "JSONata", "These fields are required: [Resource]"),
        ({"Type": "Choice"}, "JSONata", "These fields are required: [Choices]"),
        ({"Type": "Map", "End": True}, "JSONata", "[ItemProcessor, Iterator]"),
        ({"Type": "Wait", "End": True}, "JSONata", "[Seconds, SecondsPath, Timestamp, TimestampPath]"),
        ({"Type": "Wait", "Seconds": 1, "Timestamp": "{% 1 %}", "End": True}, "JSONata", "Seconds, SecondsPath"),
        ({"Type": "Wait", "Seconds": -1, "End": True}, "JSONata", "Seconds should be a whole number"),
        ({"Type": "Wait", "Seconds": "5", "End": True}, "JSONata", "Expected value of type Integer"),
        ({"Type": "Fail", "Error": "a", "ErrorPath": "$.e"}, "JSONPath", "exclude each other: [Error, ErrorPath]"),
        ({"Type": "Pass", "Comment": 5, "End": True}, "JSONata", "Expected value of type String"),
        ({"Type": "Parallel", "Branches": 1, "End": True}, "JSONata", "Expected value of type Array"),
        ({"Type": "Parallel", "Branches": [1], "End": True}, "JSONata", "Expected value of type Object"),
        (
            {"Type": "Pass", "QueryLanguage": "SQL", "End": True},
            "JSONata",
            "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
        ),
    ],
)
def test_fields(state, query_language, said):
    assert any(said in problem.message for problem in one(state, query_language))


def task(**fields):
    return {"Type": "Task", "Resource": LAMBDA, "Arguments": {"Payload": {}}, "End": True, **fields}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Retry": {}}, "Expected value of type Array"),
        ({"Retry": [1]}, "Expected value of type Object"),
        ({"Retry": [{"ErrorEquals": []}]}, "Value cannot be empty"),
        ({"Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}]}, "BackoffRate should be a number of 1 or more"),
        ({"Retry": [{"ErrorEquals": ["A"], "MaxAttempts": -1}]}, "MaxAttempts should be"),
        (
            {"Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "SOME"}]},
            "The field 'JitterStrategy' should have one of these values: [FULL, NONE]",
        ),
        ({"Retry": [{"ErrorEquals": ["A"], "Attempts": 1}]}, "Field 'Attempts' is not supported"),
        ({"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}]}, "States.ALL must be alone"),
        ({"Catch": [{"ErrorEquals": ["States.ALL", "A"], "Next": "B"}]}, "States.ALL must be alone"),
        ({"Catch": [{"ErrorEquals": ["A"]}]}, "These fields are required: [Next]"),
        (
            {"Catch": [{"ErrorEquals": ["A"], "Next": "B", "ResultPath": "$"}]},
            "field 'ResultPath' is only supported for the 'JSONPath'",
        ),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 5}, "HeartbeatSeconds (5) must be less than TimeoutSeconds (5)"),
        ({"TimeoutSeconds": 0}, "TimeoutSeconds should be a whole number of seconds, 1 to 99999999"),
        ({"Arguments": "{% $states.( %}"}, 'Expected ")" before end of expression'),
        ({"Arguments": {"a": "{% 1 "}}, "does not end with %}"),
        ({"Arguments": {"a": "$.b"}}, "looks like a path, and the state's query language is JSONata"),
    ],
)
def test_tasks(fields, said):
    assert any(said in problem.message for problem in one(task(**fields)))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (1, "Expected value of type Object"),
        ({"Next": "B"}, "And, Or, Not"),
        ({"Variable": "$.a", "StringEquls": "x", "Next": "B"}, "Field 'StringEquls' is not supported"),
        ({"Variable": "$.a", "StringEquals": 5, "Next": "B"}, "Expected value of type String"),
        ({"Variable": "$.a", "NumericLessThanPath": 5, "Next": "B"}, "Expected value of type String"),
        ({"Variable": "$.a", "IsNull": True}, "These fields are required: [Next]"),
        ({"StringEquals": "x", "Next": "B"}, "These fields are required: [Variable]"),
        ({"And": [{"Variable": "$.a"}], "Next": "B"}, "And, Or, Not"),
        ({"Not": {"Variable": "$.a", "IsNull": True, "Next": "C"}, "Next": "B"}, "Field 'Next' is not supported"),
        ({"And": [], "Next": "B"}, "Value cannot be empty"),
        (
            {"Condition": "{% true %}", "Next": "B"},
            "field 'Condition' is only supported for the 'JSONata' QueryLanguage",
        ),
        ({"Or": [{"Variable": "$.[", "IsNull": True}], "Next": "B"}, "'Variable' must be a valid JSONPath"),
    ],
)
def test_rules_of_jsonpath(rule, said):
    assert any(said in p.message for p in one({"Type": "Choice", "Choices": [rule]}, "JSONPath"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Next": "B"}, "These fields are required: [Condition]"),
        ({"Condition": "$a > 1", "Next": "B"}, "Condition should be {% JSONata %}"),
        ({"Condition": "{% $a > %}", "Next": "B"}, "Unexpected end of expression"),
        (
            {"Condition": True, "Variable": "$.a", "Next": "B"},
            "field 'Variable' is only supported for the 'JSONPath' QueryLanguage",
        ),
    ],
)
def test_rules_of_jsonata(rule, said):
    assert any(said in p.message for p in one({"Type": "Choice", "Choices": [rule]}))


def test_a_choice_without_default_is_worth_knowing():
    problems = one({"Type": "Choice", "Choices": [{"Condition": True, "Next": "B"}]})
    assert [(p.code, p.severity) for p in problems] == [("CHOICE_WITHOUT_DEFAULT", "info")]
    assert one({"Type": "Choice", "Choices": [{"Condition": True, "Next": "B"}], "Default": "C"}) == []


CALLBACK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def message(body):
    return {"QueueUrl": "u", "MessageBody": body}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Arguments": message({"t": "{% $states.context.Task.Token %}"}), "TimeoutSeconds": 5}, []),
        ({"Arguments": "{% {'t': $states.context.Task.Token} %}", "HeartbeatSeconds": 5}, []),
        ({"Arguments": message({"c": "{% $states.context %}"}), "TimeoutSeconds": 5}, []),
        ({"Arguments": message({"t": "{% $states.context.Task.Token %}"})}, ["CALLBACK_WITHOUT_TIMEOUT"]),
        (
            {"Arguments": message({"t": "{% $states.context.Execution.Id %}"}), "TimeoutSeconds": 5},
            ["CALLBACK_WITHOUT_TOKEN"],
        ),
        ({"Arguments": message({"t": "$states.context.Task.Token"}), "TimeoutSeconds": 5}, ["CALLBACK_WITHOUT_TOKEN"]),
        ({"Arguments": message({"t": "{% $states.input %}"}), "TimeoutSeconds": 5}, ["CALLBACK_WITHOUT_TOKEN"]),
        ({}, ["CALLBACK_WITHOUT_TIMEOUT", "CALLBACK_WITHOUT_TOKEN"]),
    ],
)
def test_callbacks_in_jsonata(fields, expected):
    problems = one({"Type": "Task", "Resource": CALLBACK, "End": True, **fields})
    assert [p.code for p in problems] == expected
    assert {p.severity for p in problems} <= {"warning"}  # AWS runs them


@pytest.mark.parametrize(
    ("parameters", "carries"),
    [
        ({"t.$": "$$.Task.Token"}, True),
        ({"a": [{"t.$": "States.Format('{}', $$.Task.Token)"}]}, True),
        ({"c.$": "$$"}, True),
        ({"t.$": "$$['Task']['Token']"}, True),
        ({"t": "$$.Task.Token"}, False),
        ({"t.$": "$$.Execution.Id"}, False),
        ({"t.$": "$.Task.Token"}, False),
    ],
)
def test_callbacks_in_jsonpath(parameters, carries):
    state = {"Type": "Task", "Resource": CALLBACK, "TimeoutSeconds": 9, "Parameters": parameters, "End": True}
    assert ("CALLBACK_WITHOUT_TOKEN" in [p.code for p in one(state, "JSONPath")]) is not carries


def test_texts_that_look_like_expressions():
    state = {"Type": "Pass", "Parameters": {"a": "$.b", "b": "States.UUID()", "c": "US$ 5", "d": "$5.00"}, "End": True}
    assert [p.pointer[-1] for p in one(state, "JSONPath") if p.code == "NO_DOLLAR"] == ["a", "b"]
    static = {"Type": "Pass", "Result": {"a.$": "$.b"}, "End": True}
    assert [p.code for p in one(static, "JSONPath")] == ["PASS_RESULT_IS_STATIC"]
    mixed = {"Type": "Pass", "Parameters": {"a": "{% $x %}"}, "End": True}
    assert [p.code for p in one(mixed, "JSONPath")] == ["EXPRESSION_NOT_EVALUATED"]


def test_a_result_path_is_a_reference_and_may_be_null():
    assert one({"Type": "Pass", "ResultPath": None, "InputPath": None, "End": True}, "JSONPath") == []
    assert one({"Type": "Pass", "ResultPath": "$.a.b", "End": True}, "JSONPath") == []
    assert any(
        "'ResultPath'" in p.message for p in one({"Type": "Pass", "ResultPath": "$.a[*]", "End": True}, "JSONPath")
    )


def test_marks_are_short_and_leave_out_what_is_only_worth_knowing():
    definition = machine(
        A={"Type": "Task", "Resource": CALLBACK, "Next": "B"},
        B={"Type": "Choice", "Choices": [{"Condition": True, "Next": "Done"}]},
        Done={"Type": "Succeed"},
    )
    assert lint.check(read(definition)).marks() == {"A": ["no timeout", "no token sent"]}


def test_the_report_reads_as_a_list():
    report = lint.check(read(machine(A={"Type": "Pass", "Next": "Nowhere"})))
    assert [p.severity for p in report.errors] == ["error"]
    assert not report.ok
    assert repr(report).startswith("1 error\n✗ error at /States/A/Next: Missing 'Next' target: Nowhere\n")
    assert report[:1] == (report[0],)


def test_text_that_is_no_definition():
    assert lint.check_text("[1]")[0].message == "Definition must be a valid JSON object"
    assert lint.check_text('{"StartAt"')[0].code == "INVALID_JSON_DESCRIPTION"
    deep = '{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[' * 3000
    assert not lint.check_text(deep + "]}}}" * 3000).ok
    deep = '{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[' * 200 + "]}}}" * 200
    assert not lint.check_text(deep).ok


def test_labels_are_unique_short_and_plain():
    def labelled(label):
        processor = {"StartAt": f"In{label}", "States": {f"In{label}": PASS}}
        return {"Type": "Map", "Label": label, "ItemProcessor": processor}

    twice = machine(A={**labelled("x"), "Next": "B"}, B={**labelled("x"), "End": True})
    twice["States"]["B"]["ItemProcessor"] = {"StartAt": "In", "States": {"In": PASS}}
    assert codes(twice) == ["DUPLICATE_LABEL_NAME"]
    assert codes(machine(A={**labelled("a" * 41), "End": True})) == ["INVALID_LABEL_NAME"]
    assert codes(machine(A={**labelled("a*"), "End": True})) == ["INVALID_LABEL_NAME"]
    assert codes(machine(A={**labelled("a-b_1"), "End": True})) == []


def test_every_rule_has_words():
    for name, rule in lint.RULES.items():
        assert rule.message, name
        assert rule.code == rule.code.upper()
        assert rule.severity in ("error", "warning", "info")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from(["A", "B", "{% 1 %}", "{% ( %}", "{%", "$.a", "$$", "States.UUID()", LAMBDA, CALLBACK]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["A", "B", "Next", "And", "Not", "Variable", "Condition", "ErrorEquals", "a.$", "States"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
field_names = sorted({field for fields in STATE_FIELDS.values() for field in fields} | {"Nonsense"})
states = st.dictionaries(st.sampled_from(field_names), json_values, max_size=6).flatmap(
    lambda fields: st.sampled_from([*STATE_FIELDS, "Tsk"]).map(lambda kind: {**fields, "Type": kind})
)
machines = st.recursive(
    st.fixed_dictionaries({"StartAt": json_values, "States": st.dictionaries(st.sampled_from("AB~/"), states)}),
    lambda inner: st.tuples(inner, inner).map(
        lambda pair: {
            "QueryLanguage": "JSONata",
            "StartAt": "P",
            "States": {"P": {"Type": "Parallel", "Branches": list(pair)}, "M": {"Type": "Map", "Iterator": pair[0]}},
        }
    ),
    max_leaves=3,
)


@settings(max_examples=150)
@given(st.one_of(machines, json_values), st.sampled_from(["STANDARD", "EXPRESS"]))
def test_never_raises_whatever_it_is_given(definition, type):
    report = lint.check_text(json.dumps(definition), type=type)
    assert all(problem.message and problem.code for problem in report)


def recorded(name):
    path = SHARED / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded answers are not here")
class TestRecordings:
    def test_what_aws_has_run_has_no_errors(self):
        for case in recorded("execution.jsonl"):
            report = lint.check(read(case["definition"]), type=case.get("type") or "STANDARD")
            assert report.errors == [], case["id"]

    def test_what_aws_refused_has_its_message(self):
        for case in recorded("validate.jsonl"):
            expected = case["response"]["validation_response"]["diagnostics"]
            definition = case["request"]["definition"]
            text = definition if isinstance(definition, str) else json.dumps(definition)
            found = lint.check_text(text, type=case["request"].get("type", "STANDARD"))
            assert [one.code for one in found.errors] == [one["code"] for one in expected], case["id"]
            if expected and expected[0]["code"] != "INVALID_JSON_DESCRIPTION":  # AWS's JSON parser speaks Java
                assert [(p.pointer or "/", p.message) for p in found.errors] == [
                    (one["location"], one["message"]) for one in expected
                ]

    def test_what_aws_would_not_create(self):
        for case in recorded("create_error.jsonl"):
            if "SCHEMA_VALIDATION_FAILED" in json.dumps(case["answer"]):
                found = lint.check(read(case["definition"]), type=case["type"])
                assert any(one.message in json.dumps(case["answer"], ensure_ascii=False) for one in found.errors)
