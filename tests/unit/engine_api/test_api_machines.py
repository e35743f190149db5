"""State machines: idempotent creation, updates, what is refused."""

import json

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/test"
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
ASKING = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
}
OTHER = '{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}'


def test_create_twice_is_one_machine(bench):
    first = bench.client.create_state_machine(name="m", definition=PASS, roleArn=ROLE)
    again = bench.client.create_state_machine(name="m", definition=PASS, roleArn=ROLE + "2", tags=[])
    assert first["stateMachineArn"] == again["stateMachineArn"] == ARN
    assert first["creationDate"] == again["creationDate"]
    assert len(bench.client.list_state_machines()["stateMachines"]) == 1


@pytest.mark.parametrize(
    "change", [{"definition": OTHER}, {"type": "EXPRESS"}, {"tracingConfiguration": {"enabled": True}}]
)
def test_create_otherwise_is_refused(bench, change):
    bench.machine(PASS)
    with pytest.raises(
        bench.client.exceptions.StateMachineAlreadyExists, match=f"State Machine Already Exists: '{ARN}'"
    ):
        bench.client.create_state_machine(**{"name": "m", "definition": PASS, "roleArn": ROLE, **change})


@pytest.mark.parametrize("name", ["a b", "a<b", "a*b", "a/b", "a:b", 'a"b', "a\tb", "a\x85b", "a,b", "a`b"])
def test_bad_name(bench, name):
    with pytest.raises(bench.client.exceptions.InvalidName) as caught:
        bench.machine(PASS, name=name)
    assert caught.value.response["Error"]["Message"] == f"Invalid Name: '{name}'"


def test_names_aws_takes(bench):
    for name in ("a", "A-b_c.d", "a" * 80, "über(x)=1+2@3!"):
        assert bench.machine(PASS, name=name).endswith(f":{name}")


def test_name_too_long(bench):
    with pytest.raises(ClientError) as caught:
        bench.machine(PASS, name="a" * 81)
    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": f"1 validation error detected: Value '{'a' * 81}' at 'name' failed to satisfy constraint: "
        "Member must have length less than or equal to 80",
    }


@pytest.mark.parametrize("role", ["nothing", "arn:aws:iam::000000000000:user/x", "arn:aws:s3:::b"])
def test_bad_role(bench, role):
    with pytest.raises(bench.client.exceptions.InvalidArn):
        bench.client.create_state_machine(name="m", definition=PASS, roleArn=role)


def test_bad_definition_is_not_kept(bench):
    with pytest.raises(bench.client.exceptions.InvalidDefinition) as caught:
        bench.machine({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    message = caught.value.response["Error"]["Message"]
    assert message.startswith(
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at"
    )
    assert bench.client.list_state_machines()["stateMachines"] == []


def test_describe(bench):
    bench.machine(PASS, tags=[{"key": "a", "value": "1"}])
    shown = bench.client.describe_state_machine(stateMachineArn=ARN)
    del shown["ResponseMetadata"], shown["creationDate"]
    assert shown == {
        "stateMachineArn": ARN,
        "name": "m",
        "status": "ACTIVE",
        "definition": PASS,
        "roleArn": ROLE,
        "type": "STANDARD",
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    assert "definition" not in bench.client.describe_state_machine(stateMachineArn=ARN, includedData="METADATA_ONLY")


def test_missing_machine(bench):
    with pytest.raises(
        bench.client.exceptions.StateMachineDoesNotExist, match=f"State Machine Does Not Exist: '{ARN}'"
    ):
        bench.client.describe_state_machine(stateMachineArn=ARN)
    with pytest.raises(bench.client.exceptions.InvalidArn, match="Invalid ARN prefix: m"):
        bench.client.describe_state_machine(stateMachineArn="m")
    with pytest.raises(bench.client.exceptions.InvalidArn, match="Resource type not valid in this context: execution"):
        bench.client.describe_state_machine(stateMachineArn="arn:aws:states:us-east-1:000000000000:execution:m:e")


def test_update_leaves_what_runs(bench):
    machine = bench.machine({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}})
    token_holder, token = bench.token()
    before = bench.client.describe_state_machine(stateMachineArn=machine)
    updated = bench.client.update_state_machine(stateMachineArn=machine, definition=OTHER)
    after = bench.client.describe_state_machine(stateMachineArn=machine)
    assert "revisionId" not in before
    assert after["revisionId"] == updated["revisionId"]
    assert after["definition"] == OTHER
    assert after["creationDate"] == before["creationDate"]
    bench.client.update_state_machine(stateMachineArn=bench.machine(PASS, name="x"), definition=OTHER)
    of_running = bench.client.describe_state_machine_for_execution(executionArn=token_holder)
    assert "Ask" in json.loads(of_running["definition"])["States"]
    bench.client.send_task_success(taskToken=token, output="{}")


def test_update_changes_only_what_is_given(bench):
    machine = bench.machine(PASS)
    bench.client.update_state_machine(stateMachineArn=machine, roleArn=ROLE + "/new")
    shown = bench.client.describe_state_machine(stateMachineArn=machine)
    assert (shown["roleArn"], shown["definition"]) == (ROLE + "/new", PASS)
    with pytest.raises(bench.client.exceptions.MissingRequiredParameter):
        bench.client.update_state_machine(stateMachineArn=machine)
    with pytest.raises(bench.client.exceptions.InvalidDefinition):
        bench.client.update_state_machine(stateMachineArn=machine, definition="{}")
    assert bench.client.describe_state_machine(stateMachineArn=machine)["definition"] == PASS


def test_definition_of_an_execution_outlives_an_update(bench):
    machine = bench.machine(PASS)
    execution = bench.start(machine)
    bench.client.update_state_machine(stateMachineArn=machine, definition=OTHER)
    shown = bench.client.describe_state_machine_for_execution(executionArn=execution)
    assert shown["definition"] == PASS
    assert shown["stateMachineArn"] == machine


def test_delete_forgets_the_machine_and_keeps_its_executions(bench):
    machine = bench.machine(PASS)
    execution = bench.start(machine)
    bench.end(execution)
    bench.client.delete_state_machine(stateMachineArn=machine)
    bench.client.delete_state_machine(stateMachineArn=machine)
    with pytest.raises(bench.client.exceptions.StateMachineDoesNotExist):
        bench.client.start_execution(stateMachineArn=machine)
    assert bench.client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"
    assert bench.machine(OTHER) == machine


@pytest.fixture
def ask(bench):
    """Starts an execution whose first state waits for a token; gives it, its machine and what answers."""
    given = []
    bench.world.put_function("ask", lambda event, context: given.append(event["token"]))

    def begin(**more):
        states = {"Ask": {**ASKING, **more}, "After": {"Type": "Pass", "End": True}}
        states = states if "Next" in more else {"Ask": states["Ask"]}
        machine = bench.machine({"StartAt": "Ask", "States": states})
        execution = bench.start(machine)
        assert bench.world.wait_for_events(execution, 4, 20)
        return machine, execution, lambda: bench.client.send_task_success(taskToken=given[0], output="1")

    return begin


def test_delete_ends_what_runs_before_its_next_state(bench, ask):
    # "On the next state transition, the state machine's executions are terminated": API_DeleteStateMachine
    machine, execution, answer = ask(Next="After")
    bench.client.delete_state_machine(stateMachineArn=machine)
    assert bench.client.describe_state_machine(stateMachineArn=machine)["status"] == "DELETING"
    assert bench.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    answer()
    assert bench.end(execution)["status"] == "ABORTED"
    ends = [(event["type"], event["previousEventId"]) for event in bench.events(execution)[-2:]]
    assert ends == [("TaskStateExited", 6), ("ExecutionAborted", 0)]
    with pytest.raises(bench.client.exceptions.StateMachineDoesNotExist):
        bench.client.describe_state_machine(stateMachineArn=machine)


def test_delete_leaves_an_execution_in_its_last_state_to_its_end(bench, ask):
    machine, execution, answer = ask(End=True)
    bench.client.delete_state_machine(stateMachineArn=machine)
    answer()
    assert bench.end(execution)["output"] == "1"


def test_list_in_pages(bench):
    made = [bench.machine(PASS, name=f"m{index}") for index in range(5)]
    pages = list(bench.client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["stateMachines"]) for page in pages] == [2, 2, 1]
    assert [one["stateMachineArn"] for page in pages for one in page["stateMachines"]] == made


def test_version_description_needs_publish(bench):
    with pytest.raises(ClientError, match="Version description can only be set when publish is true"):
        bench.machine(PASS, versionDescription="x")


def test_the_variables_that_states_read_are_told(bench):
    inner = {"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {"a.$": "$rate"}, "End": True}}}
    states = {
        "A": {"Type": "Pass", "Assign": {"rate": 2, "name": "n"}, "Next": "P"},
        "P": {"Type": "Parallel", "Branches": [inner], "Next": "C"},
        "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $name & $string($rate) %}", "End": True},
    }
    arn = bench.machine({"StartAt": "A", "States": states}, name="variables")
    expected = {"B": ["rate"], "C": ["name", "rate"]}
    assert bench.client.describe_state_machine(stateMachineArn=arn)["variableReferences"] == expected
    execution = bench.client.start_execution(stateMachineArn=arn)["executionArn"]
    told = bench.client.describe_state_machine_for_execution(executionArn=execution)
    assert told["variableReferences"] == expected
    only = bench.client.describe_state_machine(stateMachineArn=arn, includedData="METADATA_ONLY")
    assert not {"definition", "variableReferences"} & only.keys()
