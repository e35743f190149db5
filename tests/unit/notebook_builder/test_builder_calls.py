"""Every optimized integration can be built, and what is wrong with a call is refused where it is typed."""

import inspect

import pytest

from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import InvalidArgument, UnknownKeyword, UnknownName
from sfn_notebook.integrations import action_of, optimized_rows, parse_resource
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.services import Services
from sfn_notebook.notebook.values import path, q, token

ROWS = list(optimized_rows().values())
WAYS = [(row, pattern) for row in ROWS for pattern in row.patterns]
SAMPLES = {"text": "t", "whole": 1, "number": 1.5, "truth": True, "blob": "b", "moment": "2026-01-01T00:00:00Z"}


def sample(shape):
    """The smallest value of a shape."""
    if shape.kind == "structure":
        needed = {name: sample(one.shape) for name, one in shape.members.items() if one.required}
        return {**needed, **{name: sample(shape.members[name].shape) for name in shape.either[:1]}}
    if shape.choices:
        return shape.choices[0]
    return {"list": [], "map": {}, "any": {"a": 1}}.get(shape.kind, SAMPLES.get(shape.kind))


@pytest.mark.parametrize("language", ["JSONata", "JSONPath"])
@pytest.mark.parametrize(("row", "pattern"), WAYS, ids=lambda one: getattr(one, "label", one))
def test_every_row_in_every_pattern_is_built_and_drawn(row, pattern, language):
    sm = StateMachine("m", query_language=language)
    arguments = sample(action_of(parse_resource(row.resource())).parameters)
    limits = {"timeout_seconds": 60} if pattern == "callback" else {}
    sm.optimized("Call", row.label, wait=pattern, arguments=arguments, **limits)
    state = sm.definition["States"]["Call"]
    assert state["Resource"] == row.resource(pattern)
    assert state.get("Arguments" if language == "JSONata" else "Parameters", {}) == arguments
    assert sm.lint().ok, repr(sm.lint())
    drawing = sm.graph()
    assert "Call" in drawing.text
    assert drawing.svg.startswith("<svg")
    assert row.label[:30] in drawing.text


@pytest.mark.parametrize(("row", "pattern"), WAYS, ids=lambda one: getattr(one, "label", one))
def test_express_machines_only_take_what_answers_at_once(row, pattern):
    sm = StateMachine("m", type="EXPRESS")
    if pattern == "response":
        sm.optimized("Call", row.label, arguments=q("$states.input"))
        assert sm.lint().ok
    else:
        with pytest.raises(InvalidArgument, match="Express state machines cannot wait with "):
            sm.optimized("Call", row.label, wait=pattern, arguments=q("$states.input"))


NAMED = {
    "api_gateway": "apigateway:invoke", "athena_query": "athena:startQueryExecution",
    "athena_results": "athena:getQueryResults", "batch_job": "batch:submitJob",
    "bedrock_agent": "bedrockagentcore:invokeHarness", "bedrock_invoke": "bedrock:invokeModel",
    "codebuild": "codebuild:startBuild", "codebuild_batch": "codebuild:startBuildBatch",
    "databrew_job": "databrew:startJobRun", "ecs_task": "ecs:runTask", "eks_call": "eks:call", "eks_job": "eks:runJob",
    "emr_cluster": "elasticmapreduce:createCluster", "emr_containers_job": "emr-containers:startJobRun",
    "emr_serverless_job": "emr-serverless:startJobRun", "emr_step": "elasticmapreduce:addStep",
    "emr_terminate": "elasticmapreduce:terminateCluster", "events_put": "events:putEvents",
    "glue_job": "glue:startJobRun", "mediaconvert_job": "mediaconvert:createJob",
    "sagemaker_processing": "sagemaker:createProcessingJob", "sagemaker_training": "sagemaker:createTrainingJob",
    "sagemaker_transform": "sagemaker:createTransformJob",
}  # fmt: skip


@pytest.mark.parametrize(("method", "label"), NAMED.items())
def test_a_named_method_asks_for_what_its_integration_needs(method, label):
    action = action_of(parse_resource(f"arn:aws:states:::{label}"))
    needed = [name for name, member in action.parameters.members.items() if member.required]
    signature = inspect.signature(getattr(Services, method))
    words = [
        name
        for name, one in signature.parameters.items()
        if one.default is inspect.Parameter.empty and name not in ("self", "name")
    ]
    assert len(words) == len(needed)
    sm = StateMachine("m")
    values = {word: f"{{% ${word} %}}" for word in words}
    for pattern in action.patterns:
        getattr(sm, method)("T", wait=pattern, **values)
        state = sm.definition["States"]["T"]
        assert state["Resource"] == action.resource(pattern)
        assert set(state["Arguments"]) == set(needed)
    documented = getattr(Services, method).__doc__
    assert all(f'"{pattern}"' in documented for pattern in action.patterns)
    assert all(f"{word}: `" in documented for word in words)


@pytest.mark.parametrize("method", NAMED)
def test_every_keyword_of_a_named_method_is_a_parameter(method):
    action = action_of(parse_resource(f"arn:aws:states:::{NAMED[method]}"))
    said = [line.strip() for line in getattr(Services, method).__doc__.splitlines() if line.strip().endswith("`.")]
    given = {word: parameter.strip("`.") for word, _, parameter in (line.partition(": ") for line in said[0:])}
    given = {word: parameter for word, parameter in given.items() if word.isidentifier()}
    assert set(given.values()) <= set(action.parameters.members)
    renamed = {word for word, parameter in given.items() if word != snake_case(parameter)}
    assert renamed <= {"job_name", "job_arguments", "job_parameters", "cluster_name", "query", "body"}


def test_fields_of_the_task_and_further_parameters_go_beside():
    sm = StateMachine("m", query_language="JSONPath")
    sm.glue_job(
        "Run", job_name=path("$.job"), job_arguments={"--day": path("$.day")}, arguments={"Timeout": 5}, wait="job",
        timeout_seconds=60, result_path="$.run",
    )  # fmt: skip
    assert sm.definition["States"]["Run"] == {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName.$": "$.job", "Arguments": {"--day.$": "$.day"}, "Timeout": 5},
        "TimeoutSeconds": 60,
        "ResultPath": "$.run",
        "End": True,
    }


def test_a_callback_by_a_named_method():
    sm = StateMachine("m")
    sm.ecs_task("T", task_definition="t", overrides={"ContainerOverrides": [{"Environment": [
        {"Name": "TOKEN", "Value": token}]}]}, wait="callback", timeout_seconds=60)  # fmt: skip
    assert list(sm.lint()) == []


@pytest.mark.parametrize(
    ("attempt", "error", "said"),
    [
        (lambda sm: sm.aws("T", "s3:getObjekt"), UnknownName, "no action 's3:getObjekt'. Did you mean 'getObject'"),
        (
            lambda sm: sm.aws("T", "stepfunctions:listExecutions"),
            UnknownName,
            "Step Functions calls this service 'sfn'",
        ),
        (lambda sm: sm.aws("T", "s3:ListObjectsV2", Bucket="b"), UnknownName, "camelCase: 'listObjectsV2'"),
        (
            lambda sm: sm.aws("T", "rds:stopDBInstance", DBInstanceIdentifier="d"),
            UnknownKeyword,
            "Step Functions spells it 'DbInstanceIdentifier'",
        ),
        (lambda sm: sm.aws("T", "s3:getObject", Bucket="b"), InvalidArgument, '"Key" is required but was missing'),
        (lambda sm: sm.aws("T", "s3:listObjectsV2", Bucket="b", MaxKeys="5"), InvalidArgument, "must be an INTEGER"),
        (
            lambda sm: sm.aws("T", "s3:getObject", bucket="b"),
            UnknownKeyword,
            "a parameter of aws-sdk:s3:getObject: B",
        ),
        (lambda sm: sm.aws("T", "kinesis:subscribeToShard"), InvalidArgument, "it streams events"),
        (lambda sm: sm.aws("T", "sts:assumeRole"), InvalidArgument, "AWS excludes it"),
        (lambda sm: sm.aws("T", "glue:startJobRun", wait="job", JobName="j"), InvalidArgument, "with wait='job'"),
        (lambda sm: sm.aws("T", print), InvalidArgument, "sfn.integrations.search"),
        (lambda sm: sm.optimized("T", "aws-sdk:s3:getObject"), UnknownName, "Use sm.aws"),
        (lambda sm: sm.optimized("T", "s3:putObject"), UnknownName, "As an SDK integration: aws-sdk:s3:putObject"),
        (lambda sm: sm.optimized("T", "dynamodb:putItem", wait="job"), InvalidArgument, "does not know .sync"),
        (lambda sm: sm.optimized("T", "glue:startJobRun", wait="callback"), InvalidArgument, "does not know .waitFor"),
        (lambda sm: sm.task("T", resource="sqs:sendMessage", arguments={"Body": 1}), UnknownKeyword, '"Body" is not'),
        (
            lambda sm: sm.aws("T", "s3:getObject", Key="k", arguments=q("$a")),
            InvalidArgument,
            "not beside Key",
        ),
        (lambda sm: sm.aws("T", "s3:getObject", arguments=["k"]), InvalidArgument, "is a dict of further parameters"),
        (lambda sm: sm.glue_job("T", job_name=5), InvalidArgument, "must be a STRING. Given was 5"),
        (lambda sm: sm.glue_job("T"), UnknownKeyword, "missing a required (keyword-only )?argument: 'job_name'"),
        (lambda sm: sm.glue_job("T", job_nam="j"), UnknownKeyword, "Did you mean 'job_name'"),
        (lambda sm: sm.lambda_invoke("T", "f", invocation_type="Evnt"), InvalidArgument, "Did you mean 'Event'"),
        (
            lambda sm: sm.dynamodb_put_item("T", table="t", item={"a": {"N": 5}}),
            InvalidArgument,
            r"Item.a.N: The value for the field 'N' must be a STRING",
        ),
        (
            lambda sm: sm.events_put("T", entries=[{"Sorce": "a"}] * 9),
            UnknownKeyword,
            r"Entries\[0\].Sorce: .* Did you mean 'Source'(.|\n)*… and 4 more",
        ),
        (
            lambda sm: sm.http("T", endpoint="https://e", method="FETCH", connection="arn:c"),
            InvalidArgument,
            "method='FETCH' is not one of GET, POST",
        ),
    ],
)
def test_refused_where_it_is_typed(attempt, error, said):
    sm = StateMachine("m")
    with pytest.raises(error, match=said):
        attempt(sm)
    assert len(sm) == 0


def test_the_message_names_the_state_and_the_way_around():
    with pytest.raises(InvalidArgument) as caught:
        StateMachine("m").aws("Fetch", "s3:getObject", Bucket="b")
    assert str(caught.value) == (
        "state 'Fetch' cannot call aws-sdk:s3:getObject like this:\n"
        '  The field "Key" is required but was missing. It is text. Key of the object to get.\n'
        'To write it all the same, and unchecked: asl={"Arguments": {...}}.'
    )


def test_asl_bypasses_the_check():
    sm = StateMachine("m")
    sm.aws("T", "s3:getObject", asl={"Arguments": {"Buckett": "b"}})
    assert sm.definition["States"]["T"]["Arguments"] == {"Buckett": "b"}
    sm.task("T", resource="s3:getObject", asl={"Resource": "arn:aws:states:::aws-sdk:nosuch:thing"})
    assert sm.definition["States"]["T"]["Resource"] == "arn:aws:states:::aws-sdk:nosuch:thing"
    assert not sm.lint().ok  # and lint says so


def test_what_aws_does_not_list_is_built_and_warned_of():
    sm = StateMachine("m")
    sm.aws("T", "iotdataplane:publish", Topic="t")
    assert [one.code for one in sm.lint()] == ["SERVICE_NOT_LISTED"]


def test_an_expression_is_taken_for_right():
    sm = StateMachine("m", query_language="JSONPath")
    sm.aws("A", "s3:listObjectsV2", Bucket=path("$.b"), MaxKeys=path("$.n"))
    sm.aws("B", "s3:listObjectsV2", Bucket=q("$b"), MaxKeys=q("$n"), query_language="JSONata")
    sm.aws("C", "s3:listObjectsV2")  # gets the state's input
    assert len(sm) == 3
