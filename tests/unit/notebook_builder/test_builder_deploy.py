import json
import logging

import pytest
from botocore.exceptions import ClientError

from sfn_notebook.errors import InvalidArgument, InvalidDefinition, InvalidInput, NotAvailable
from sfn_notebook.notebook.inputs import input_text
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import q

PREFIX = "arn:aws:states:us-east-1:000000000000:stateMachine:"


class Client:
    """Step Functions as far as a machine asks it; every call is written down."""

    def __init__(self):
        self.calls = []
        self.machines = {}

    def get_paginator(self, operation):
        assert operation == "list_state_machines"
        return self

    def paginate(self):
        self.calls.append("list")
        for arn, one in self.machines.items():
            yield {"stateMachines": [{"name": one["name"], "stateMachineArn": arn}]}

    def describe_state_machine(self, stateMachineArn):
        self.calls.append("describe")
        return {**self._find(stateMachineArn), "stateMachineArn": stateMachineArn}

    def create_state_machine(self, name, **fields):
        self.calls.append("create")
        self.machines[PREFIX + name] = {"name": name, **fields}
        return {"stateMachineArn": PREFIX + name}

    def update_state_machine(self, stateMachineArn, **fields):
        self.calls.append("update")
        self._find(stateMachineArn).update(fields)

    def start_execution(self, stateMachineArn, **fields):
        self.calls.append("start")
        self._find(stateMachineArn)
        self.started = fields
        return {"executionArn": "execution"}

    def _find(self, arn):
        if arn not in self.machines:
            raise ClientError({"Error": {"Code": "StateMachineDoesNotExist", "Message": "gone"}}, "any")
        return self.machines[arn]


class Session:
    role_arn = "arn:aws:iam::000000000000:role/r"

    def __init__(self):
        self.stepfunctions = Client()
        self.function_sources = {}

    def client(self, service):
        assert service == "stepfunctions"
        return self.stepfunctions

    def _execution(self, arn, machine):
        return Execution(arn, machine)


class Execution:
    def __init__(self, arn, machine):
        self.arn, self.machine, self.waited = arn, machine, []

    def wait(self, timeout=None):
        self.waited.append(timeout)


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def sm(session):
    made = StateMachine("orders", session=session)
    made.pass_("A")
    return made


def test_created_once_then_no_call_at_all(sm, session):
    deployed = sm.deploy()
    assert (deployed.action, sm.deployed, sm.arn) == ("created", deployed, PREFIX + "orders")
    assert session.stepfunctions.calls == ["list", "create"]
    assert sm.deploy() is deployed
    assert session.stepfunctions.calls == ["list", "create"]
    there = session.stepfunctions.machines[sm.arn]
    assert json.loads(there["definition"]) == sm.definition
    assert (there["type"], there["roleArn"]) == ("STANDARD", Session.role_arn)


def test_updated_when_it_differs_and_left_when_another_kernel_made_it_just_so(sm, session):
    sm.deploy()
    sm["A"] >> sm.succeed("B")
    assert sm.deploy().action == "updated"
    again = StateMachine("orders", session=session, definition=sm.definition)
    session.stepfunctions.calls.clear()
    assert again.deploy().action == "unchanged"
    assert session.stepfunctions.calls == ["list", "describe"]
    again.role = "arn:aws:iam::000000000000:role/other"
    assert again.deploy().action == "updated"


def test_what_was_done_is_logged_and_shows_no_account(sm, caplog, capsys):
    with caplog.at_level(logging.INFO, logger="sfn_notebook"):
        sm.deploy()
        sm.pass_("A", output=1)
        sm.deploy()
    assert [one.message for one in caplog.records] == [
        "created the state machine orders (STANDARD)",
        "updated the state machine orders",
    ]
    assert capsys.readouterr().out == ""
    assert "000000000000" not in repr(sm.deployed)


def test_another_type_is_refused_with_the_mend(sm):
    sm.deploy()
    sm.type = "EXPRESS"
    with pytest.raises(InvalidArgument, match=r"is there as STANDARD.*\n.*delete_state_machine"):
        sm.deploy()


def test_start_deploys_and_gives_the_execution(sm, session):
    execution = sm.start({"total": 5}, name="first")
    assert (execution.arn, execution.machine) == ("execution", sm)
    assert session.stepfunctions.calls == ["list", "create", "start"]
    assert session.stepfunctions.started == {"input": '{"total":5}', "name": "first"}
    sm.start()
    assert session.stepfunctions.started == {"input": "{}"}
    assert session.stepfunctions.calls[3:] == ["start"]


def test_run_waits(sm):
    assert sm.run({}, timeout=60).waited == [60]


def test_a_machine_somebody_deleted_is_made_again(sm, session):
    sm.start()
    session.stepfunctions.machines.clear()
    session.stepfunctions.calls.clear()
    sm.start()
    assert session.stepfunctions.calls == ["start", "list", "create", "start"]
    session.stepfunctions.machines.clear()
    sm.pass_("A", output=1)
    assert sm.deploy().action == "created"


def test_a_definition_with_errors_is_refused_before_anything_is_called(sm, session):
    sm.choice("Big?").when(q("$states.input.total > 100"), "Aproval")
    sm.pass_("Approval") >> "A"
    sm["A"] >> "Big?"
    for attempt in (sm.start, sm.run, sm.deploy):
        with pytest.raises(InvalidDefinition) as caught:
            attempt()
        assert "Missing 'Next' target: Aproval" in str(caught.value)
        assert "Did you mean 'Approval'?" in str(caught.value)
        assert caught.value.problems[0].code == "MISSING_TRANSITION_TARGET"
    assert session.stepfunctions.calls == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{'a': 1}", "not valid JSON"),
        ("", "not valid JSON"),
        ({"a": object()}, "cannot be written as JSON"),
        ({"a": float("nan")}, "cannot be written as JSON"),
        ({("a",): 1}, "cannot be written as JSON"),
        ({"a": q("$x")}, "cannot be written as JSON"),
        ("x" * 262_143, "not valid JSON"),
        ("x" * 262_143 + "é", "not valid JSON"),
        (["x" * 262_143], "262,147 bytes; Step Functions takes at most 262,144"),
        (["é" * 131_071], "262,146 bytes"),
    ],
)
def test_bad_input_is_refused_before_anything_is_called(sm, session, given, said):
    with pytest.raises(InvalidInput, match=said):
        sm.start(given)
    assert session.stepfunctions.calls == []


def test_input_may_be_any_json_and_just_fit():
    assert input_text('[1, "a"]') == '[1, "a"]'
    assert input_text(None) == "null"
    assert len(input_text("x" * 0 + '"' + "x" * 262_142 + '"')) == 262_144


def test_without_a_session_it_can_be_built_but_not_run():
    with pytest.raises(NotAvailable, match="has no session"):
        StateMachine("orders").start()
