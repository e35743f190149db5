"""Every error that the service's model knows of an operation can be had, or is listed here with why not."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from sfn_notebook.engine import Limits

MODEL = botocore.session.get_session().get_service_model("stepfunctions")
PREFIX = "arn:aws:states:us-east-1:000000000000:"
MACHINE, EXECUTION, ACTIVITY, RUN = (
    PREFIX + rest for rest in ("stateMachine:none", "execution:none:e", "activity:none", "mapRun:none/l:i")
)
ROLE = "arn:aws:iam::000000000000:role/r"
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
OTHER = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}})
LOUD = {"level": "ALL"}
KEYLESS = {"type": "CUSTOMER_MANAGED_KMS_KEY"}
TAGS = [{"key": str(number), "value": ""} for number in range(51)]
LOCKED = "answers to requests that change the same thing come one after the other here, so they never conflict"
ABSENT = {
    ("CreateStateMachine", "ConflictException"): LOCKED,
    ("DeleteStateMachineAlias", "ConflictException"): LOCKED,
    ("UpdateStateMachine", "ConflictException"): LOCKED,
    ("UpdateStateMachineAlias", "ConflictException"): LOCKED,
    ("CreateStateMachine", "StateMachineTypeNotSupported"): "both types are supported in every region",
    ("CreateStateMachineAlias", "InvalidName"): "the model's own pattern refuses such a name first",
    ("ListStateMachineAliases", "ResourceNotFound"): "the state machine is what cannot be found",
    ("RedriveExecution", "ExecutionLimitExceeded"): "shown below: nothing can be started first where nothing may run",
}


class World:
    """A world, and requests by operation: what each holds when nothing is wrong with it but the ARN of nothing."""

    def __init__(self, bench: Any) -> None:
        self.bench, self.client = bench, bench.client

    def machine(self, **more: Any) -> str:
        given = {"name": "m", "definition": PASS, "roleArn": ROLE, **more}
        return str(self.client.create_state_machine(**given)["stateMachineArn"])

    def version(self) -> str:
        return str(self.client.publish_state_machine_version(stateMachineArn=self.machine())["stateMachineVersionArn"])

    def routes(self) -> list[dict[str, Any]]:
        return [{"stateMachineVersionArn": self.version(), "weight": 100}]

    def alias(self) -> str:
        made = self.client.create_state_machine_alias(name="a", routingConfiguration=self.routes())
        return str(made["stateMachineAliasArn"])

    def deleting(self) -> str:
        self.bench.token()  # an execution that runs, so that its machine stays a while
        arn = PREFIX + "stateMachine:callback"
        version = self.client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        self.kept = [{"stateMachineVersionArn": version, "weight": 100}]
        self.client.create_state_machine_alias(name="a", routingConfiguration=self.kept)
        self.client.delete_state_machine(stateMachineArn=arn)
        return arn

    def closed(self) -> str:
        execution, token = self.bench.token()
        self.client.stop_execution(executionArn=execution)
        return str(token)


def create(**more: Any) -> Any:
    return lambda world: {"name": "m", "definition": PASS, "roleArn": ROLE, **more}


def updating(**more: Any) -> Any:
    return lambda world: {"stateMachineArn": world.machine(), **more}


def fixed(**request: Any) -> Any:
    return lambda world: request


def of(make: str, member: str, **more: Any) -> Any:
    return lambda world: {member: getattr(world, make)(), **more}


def after_another(make: Any, request: Any) -> Any:
    """A request that comes when there is something already."""

    def prepare(world: World) -> Any:
        make(world)
        return request(world)

    return prepare


LABEL = MACHINE + "/label"
NO_TOKEN, LOST = "nonsense", "AAAAKgAAAAIAAAAA" + "A" * 32
PROVOKE: dict[tuple[str, str], Any] = {
    ("CreateActivity", "ActivityLimitExceeded"): after_another(
        lambda world: world.client.create_activity(name="a"), fixed(name="b")
    ),
    ("CreateActivity", "ActivityAlreadyExists"): after_another(
        lambda world: world.client.create_activity(name="a"),
        fixed(name="a", encryptionConfiguration={**KEYLESS, "kmsKeyId": "k"}),
    ),
    ("CreateActivity", "InvalidName"): fixed(name="a b"),
    ("CreateActivity", "TooManyTags"): fixed(name="a", tags=TAGS),
    ("CreateActivity", "InvalidEncryptionConfiguration"): fixed(name="a", encryptionConfiguration=KEYLESS),
    ("CreateStateMachine", "InvalidArn"): create(roleArn="none"),
    ("CreateStateMachine", "InvalidDefinition"): create(definition="{"),
    ("CreateStateMachine", "InvalidName"): create(name="a b"),
    ("CreateStateMachine", "InvalidLoggingConfiguration"): create(loggingConfiguration=LOUD),
    ("CreateStateMachine", "InvalidTracingConfiguration"): create(tracingConfiguration={}),
    ("CreateStateMachine", "InvalidEncryptionConfiguration"): create(encryptionConfiguration=KEYLESS),
    ("CreateStateMachine", "StateMachineAlreadyExists"): after_another(World.machine, create(definition=OTHER)),
    ("CreateStateMachine", "StateMachineDeleting"): after_another(World.deleting, create(name="callback")),
    ("CreateStateMachine", "StateMachineLimitExceeded"): after_another(World.machine, create(name="n")),
    ("CreateStateMachine", "TooManyTags"): create(tags=TAGS),
    ("CreateStateMachine", "ValidationException"): create(versionDescription="d"),
    ("CreateStateMachineAlias", "InvalidArn"): fixed(
        name="a", routingConfiguration=[{"stateMachineVersionArn": "none", "weight": 100}]
    ),
    ("CreateStateMachineAlias", "ValidationException"): fixed(
        name="a", routingConfiguration=[{"stateMachineVersionArn": MACHINE + ":1", "weight": 1}]
    ),
    ("CreateStateMachineAlias", "ResourceNotFound"): fixed(
        name="a", routingConfiguration=[{"stateMachineVersionArn": MACHINE + ":1", "weight": 100}]
    ),
    ("CreateStateMachineAlias", "ConflictException"): after_another(
        World.alias, lambda world: {"name": "a", "routingConfiguration": world.routes(), "description": "other"}
    ),
    ("CreateStateMachineAlias", "StateMachineDeleting"): after_another(
        World.deleting, lambda world: {"name": "b", "routingConfiguration": world.kept}
    ),
    ("CreateStateMachineAlias", "ServiceQuotaExceededException"): after_another(
        World.alias, lambda world: {"name": "b", "routingConfiguration": world.routes()}
    ),
    ("DeleteActivity", "InvalidArn"): fixed(activityArn="none"),
    ("DeleteStateMachine", "InvalidArn"): fixed(stateMachineArn="none"),
    ("DeleteStateMachine", "ValidationException"): fixed(stateMachineArn=LABEL),
    ("DeleteStateMachineAlias", "ValidationException"): fixed(stateMachineAliasArn=""),
    ("DeleteStateMachineAlias", "InvalidArn"): fixed(stateMachineAliasArn="none"),
    ("DeleteStateMachineAlias", "ResourceNotFound"): fixed(stateMachineAliasArn=MACHINE + ":a"),
    ("DeleteStateMachineVersion", "ValidationException"): fixed(stateMachineVersionArn="x" * 2001),
    ("DeleteStateMachineVersion", "InvalidArn"): fixed(stateMachineVersionArn="none"),
    ("DeleteStateMachineVersion", "ConflictException"): after_another(
        World.alias, lambda world: {"stateMachineVersionArn": world.version()}
    ),
    ("DescribeStateMachineAlias", "ValidationException"): fixed(stateMachineAliasArn=""),
    ("GetActivityTask", "ActivityWorkerLimitExceeded"): lambda world: {
        "activityArn": world.client.create_activity(name="a")["activityArn"]
    },
    ("ListExecutions", "StateMachineTypeNotSupported"): lambda world: {
        "stateMachineArn": world.machine(type="EXPRESS")
    },
    ("ListExecutions", "ValidationException"): fixed(),
    ("ListExecutions", "ResourceNotFound"): fixed(mapRunArn=RUN),
    ("ListStateMachineAliases", "StateMachineDeleting"): of("deleting", "stateMachineArn"),
    ("ListStateMachineVersions", "ValidationException"): fixed(stateMachineArn=MACHINE, maxResults=1001),
    ("PublishStateMachineVersion", "ValidationException"): fixed(stateMachineArn=MACHINE, description="d" * 257),
    ("PublishStateMachineVersion", "StateMachineDeleting"): of("deleting", "stateMachineArn"),
    ("PublishStateMachineVersion", "ServiceQuotaExceededException"): after_another(
        World.version,
        lambda world: {
            "stateMachineArn": world.client.update_state_machine(
                stateMachineArn=PREFIX + "stateMachine:m", definition=OTHER
            )
            and PREFIX + "stateMachine:m"
        },
    ),
    ("PublishStateMachineVersion", "ConflictException"): updating(revisionId="other"),
    ("RedriveExecution", "ExecutionNotRedrivable"): lambda world: {"executionArn": world.bench.token()[0]},
    ("RedriveExecution", "ValidationException"): fixed(executionArn=EXECUTION, clientToken=""),
    ("SendTaskSuccess", "InvalidOutput"): lambda world: {"taskToken": world.bench.token()[1], "output": "{"},
    ("StartExecution", "ExecutionLimitExceeded"): updating(),
    ("StartExecution", "ExecutionAlreadyExists"): after_another(
        lambda world: world.client.start_execution(stateMachineArn=world.machine(), name="e"),
        lambda world: {"stateMachineArn": world.machine(), "name": "e", "input": "[]"},
    ),
    ("StartExecution", "InvalidExecutionInput"): updating(input="{"),
    ("StartExecution", "InvalidName"): updating(name="a b"),
    ("StartExecution", "StateMachineDeleting"): of("deleting", "stateMachineArn"),
    ("StartExecution", "ValidationException"): fixed(stateMachineArn=LABEL),
    ("StartSyncExecution", "InvalidExecutionInput"): updating(input="{"),
    ("StartSyncExecution", "InvalidName"): lambda world: {
        "stateMachineArn": world.machine(type="EXPRESS"),
        "name": "a b",
    },
    ("StartSyncExecution", "StateMachineDeleting"): of("deleting", "stateMachineArn"),
    ("StartSyncExecution", "StateMachineTypeNotSupported"): updating(),
    ("StopExecution", "ValidationException"): fixed(executionArn=EXECUTION, error="e" * 257),
    ("TagResource", "TooManyTags"): lambda world: {"resourceArn": world.machine(), "tags": TAGS},
    ("TestState", "InvalidArn"): fixed(definition='{"Type": "Pass", "End": true}', roleArn="none"),
    ("TestState", "InvalidDefinition"): fixed(definition="{", roleArn=ROLE),
    ("TestState", "InvalidExecutionInput"): fixed(definition='{"Type": "Pass", "End": true}', roleArn=ROLE, input="{"),
    ("TestState", "ValidationException"): fixed(
        definition='{"Type": "Pass", "End": true}', roleArn=ROLE, inspectionLevel="LOUD"
    ),
    ("UpdateMapRun", "ValidationException"): fixed(mapRunArn=RUN, maxConcurrency=-1),
    ("UpdateStateMachine", "InvalidArn"): fixed(stateMachineArn="none", definition=OTHER),
    ("UpdateStateMachine", "InvalidDefinition"): updating(definition="{"),
    ("UpdateStateMachine", "InvalidLoggingConfiguration"): updating(loggingConfiguration=LOUD),
    ("UpdateStateMachine", "InvalidTracingConfiguration"): updating(tracingConfiguration={}),
    ("UpdateStateMachine", "InvalidEncryptionConfiguration"): updating(encryptionConfiguration=KEYLESS),
    ("UpdateStateMachine", "MissingRequiredParameter"): updating(),
    ("UpdateStateMachine", "StateMachineDeleting"): of("deleting", "stateMachineArn", definition=OTHER),
    ("UpdateStateMachine", "StateMachineDoesNotExist"): fixed(stateMachineArn=MACHINE, definition=OTHER),
    ("UpdateStateMachine", "ServiceQuotaExceededException"): after_another(
        World.version, updating(definition=OTHER, publish=True)
    ),
    ("UpdateStateMachine", "ValidationException"): fixed(stateMachineArn=LABEL, definition=OTHER),
    ("UpdateStateMachineAlias", "ValidationException"): of("alias", "stateMachineAliasArn"),
    ("UpdateStateMachineAlias", "InvalidArn"): fixed(stateMachineAliasArn="none", description="d"),
    ("UpdateStateMachineAlias", "StateMachineDeleting"): after_another(
        World.deleting, fixed(stateMachineAliasArn=PREFIX + "stateMachine:callback:a", description="d")
    ),
    ("UpdateStateMachineAlias", "ResourceNotFound"): fixed(stateMachineAliasArn=MACHINE + ":a", description="d"),
    ("ValidateStateMachineDefinition", "ValidationException"): fixed(definition=PASS, type="LOUD"),
}
# what asks for something that is not there, by the member that names it
MISSING = {
    "activityArn": ACTIVITY,
    "executionArn": EXECUTION,
    "mapRunArn": RUN,
    "resourceArn": MACHINE,
    "stateMachineAliasArn": MACHINE + ":a",
    "stateMachineArn": MACHINE,
    "stateMachineVersionArn": MACHINE + ":1",
}
NEEDED = {"tags": [{"key": "k", "value": "v"}], "tagKeys": ["k"], "output": "1"}


def request_for(operation: str, error: str) -> Any:
    """The request that provokes an error: the one in the table, or one that follows from the error's name."""
    if (operation, error) in PROVOKE:
        return PROVOKE[operation, error]
    shape = MODEL.operation_model(operation).input_shape
    needed = {name: value for name, value in NEEDED.items() if name in shape.required_members}
    if "taskToken" in shape.members:
        token = {"InvalidToken": fixed(taskToken=NO_TOKEN), "TaskDoesNotExist": fixed(taskToken=LOST)}
        made = token.get(error, of("closed", "taskToken"))
        return lambda world: {**made(world), **needed}
    names = [name for name in shape.members if name in MISSING and (name in shape.required_members or error != "")]
    if error == "InvalidToken":
        filled = {name: MISSING[name] for name in shape.members if name in MISSING and name != "mapRunArn"}
        return lambda world: {**existing(world, operation, filled), "nextToken": "nonsense"}
    if error == "InvalidArn":
        return fixed(**{names[0]: "none"}, **needed)
    return fixed(**{names[0]: MISSING[names[0]]}, **needed)


def existing(world: World, operation: str, filled: dict[str, str]) -> dict[str, Any]:
    """The same request of things that are there."""
    there = {"stateMachineArn": world.machine()}
    if "executionArn" in filled:
        there["executionArn"] = world.client.start_execution(stateMachineArn=there["stateMachineArn"])["executionArn"]
    return {name: there[name] for name in filled}


PAIRS = [
    (operation, shape.name)
    for operation in MODEL.operation_names
    for shape in MODEL.operation_model(operation).error_shapes
    if not shape.name.startswith("Kms")  # nobody's key is asked for here
]


@pytest.mark.parametrize(("operation", "error"), [pair for pair in PAIRS if pair not in ABSENT])
def test_every_modelled_error_can_be_had(make_bench: Any, operation: str, error: str) -> None:
    few = {"ActivityWorkerLimitExceeded": {"activity_pollers": 0}, "ExecutionLimitExceeded": {"open_executions": 0}}
    limited = error.endswith(("LimitExceeded", "QuotaExceededException"))
    limits = few.get(error, {"state_machines": 1, "activities": 1, "versions": 1, "aliases": 1}) if limited else {}
    world = World(make_bench(limits=Limits(**limits)))
    lax = world.bench.world.client("stepfunctions", config=botocore.config.Config(parameter_validation=False))
    request = request_for(operation, error)(world)
    with pytest.raises(ClientError) as caught:
        getattr(lax, xform_name(operation))(**request)
    told = caught.value.response["Error"]
    assert told["Code"] == error, told["Message"]
    assert told["Message"]


def test_a_redrive_is_an_open_execution_too(make_bench: Any) -> None:
    bench = make_bench(limits=Limits(open_executions=1))
    failed = bench.run({"StartAt": "F", "States": {"F": {"Type": "Fail"}}}, name="f")["executionArn"]
    bench.token()
    with pytest.raises(bench.client.exceptions.ExecutionLimitExceeded):
        bench.client.redrive_execution(executionArn=failed)


def test_what_is_listed_as_absent_is_in_the_model() -> None:
    assert set(ABSENT) <= set(PAIRS)
    assert set(PROVOKE) <= set(PAIRS)
