"""Versions and aliases."""

import json

import pytest
from botocore.exceptions import ClientError

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


def definition(result):
    return json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": True}}})


def two_versions(bench):
    machine = bench.machine(definition(1))
    first = bench.client.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    answer = bench.client.update_state_machine(stateMachineArn=machine, definition=definition(2), publish=True)
    return machine, first, answer["stateMachineVersionArn"]


def route(*versions):
    return [{"stateMachineVersionArn": arn, "weight": 100 // len(versions)} for arn in versions]


def test_versions_keep_their_definition(bench):
    machine, first, second = two_versions(bench)
    assert (first, second) == (f"{machine}:1", f"{machine}:2")
    outputs = [bench.end(bench.start(arn))["output"] for arn in (first, second, machine)]
    assert outputs == ["1", "2", "2"]
    shown = bench.client.describe_state_machine(stateMachineArn=first)
    assert (shown["definition"], shown["stateMachineArn"], shown["revisionId"]) == (definition(1), first, "INITIAL")


def test_publishing_again_without_a_change_is_the_same_version(bench):
    machine = bench.machine(PASS)
    arns = {bench.client.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"] for _ in "ab"}
    assert arns == {f"{machine}:1"}


def test_version_numbers_are_not_used_again(bench):
    machine, first, second = two_versions(bench)
    bench.client.delete_state_machine_version(stateMachineVersionArn=second)
    again = bench.client.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    assert again == f"{machine}:3"
    listed = bench.client.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]
    assert [one["stateMachineVersionArn"] for one in listed] == [again, first]


def test_wrong_revision_is_a_conflict(bench):
    machine = bench.machine(PASS)
    with pytest.raises(bench.client.exceptions.ConflictException, match="current State Machine revision is INITIAL"):
        bench.client.publish_state_machine_version(stateMachineArn=machine, revisionId="nope")


def test_missing_version(bench):
    machine = bench.machine(PASS)
    with pytest.raises(bench.client.exceptions.StateMachineDoesNotExist):
        bench.client.start_execution(stateMachineArn=f"{machine}:1")


def test_alias_leads_to_its_version(bench):
    machine, first, second = two_versions(bench)
    alias = bench.client.create_state_machine_alias(name="live", routingConfiguration=route(first))[
        "stateMachineAliasArn"
    ]
    assert alias == f"{machine}:live"
    done = bench.end(bench.start(alias))
    assert (done["output"], done["stateMachineAliasArn"], done["stateMachineVersionArn"]) == ("1", alias, first)
    bench.client.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=route(second))
    assert bench.end(bench.start(alias))["output"] == "2"
    assert len(bench.client.list_executions(stateMachineArn=alias)["executions"]) == 2
    assert len(bench.client.list_executions(stateMachineArn=first)["executions"]) == 1


def test_alias_with_two_versions_uses_both(bench):
    _, first, second = two_versions(bench)
    alias = bench.client.create_state_machine_alias(name="both", routingConfiguration=route(first, second))
    outputs = {bench.end(bench.start(alias["stateMachineAliasArn"]))["output"] for _ in range(30)}
    assert outputs == {"1", "2"}


def test_alias_lifecycle(bench):
    machine, first, second = two_versions(bench)
    client = bench.client
    made = client.create_state_machine_alias(name="live", description="d", routingConfiguration=route(first))
    again = client.create_state_machine_alias(name="live", description="d", routingConfiguration=route(first))
    assert made["creationDate"] == again["creationDate"]
    with pytest.raises(client.exceptions.ConflictException):
        client.create_state_machine_alias(name="live", routingConfiguration=route(second))
    with pytest.raises(client.exceptions.ConflictException, match=r"\[live\]"):
        client.delete_state_machine_version(stateMachineVersionArn=first)
    arn = made["stateMachineAliasArn"]
    shown = client.describe_state_machine_alias(stateMachineAliasArn=arn)
    assert (shown["name"], shown["description"], shown["routingConfiguration"]) == ("live", "d", route(first))
    listed = client.list_state_machine_aliases(stateMachineArn=machine)["stateMachineAliases"]
    assert [one["stateMachineAliasArn"] for one in listed] == [arn]
    client.delete_state_machine_alias(stateMachineAliasArn=arn)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_state_machine_alias(stateMachineAliasArn=arn)


@pytest.mark.parametrize("name", ["1", "a b", "a" * 81])
def test_bad_alias_name(bench, name):
    _, first, _ = two_versions(bench)
    with pytest.raises(ClientError) as caught:
        bench.client.create_state_machine_alias(name=name, routingConfiguration=route(first))
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_weights_must_add_up(bench):
    _, first, _ = two_versions(bench)
    with pytest.raises(ClientError, match="100"):
        bench.client.create_state_machine_alias(
            name="x", routingConfiguration=[{"stateMachineVersionArn": first, "weight": 50}]
        )
