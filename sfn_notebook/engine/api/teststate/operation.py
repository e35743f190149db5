"""The operation: refuse, run, tell."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from sfn_notebook import asl
from sfn_notebook.engine.api.executions import input_text
from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.api.teststate.context import read_context
from sfn_notebook.engine.api.teststate.report import report
from sfn_notebook.engine.api.teststate.rules import check_request, check_sizes, check_state, read_mock, read_variables
from sfn_notebook.engine.api.teststate.subject import UNNAMED, subject
from sfn_notebook.engine.interpret import compile_state
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.program import Step
from sfn_notebook.engine.records import Execution, Inspection, MachineRecord
from sfn_notebook.engine.run import new_id
from sfn_notebook.errors import InvalidDefinition

Request = dict[str, Any]


def run_test_state(store: Store, request: Request) -> Request:
    """TestState: answered when the state has ended; nothing of it is kept."""
    check_request(request)
    check_sizes(request)
    # as recorded: wherever it stood, it runs under the name that a state given alone has
    state = replace(subject(request["definition"], request.get("stateName")), name=UNNAMED)
    check_state(state, request)
    mock = read_mock(state, request)
    level = request.get("inspectionLevel", "INFO")
    probe = Probe(
        context=read_context(request["context"]) if "context" in request else None,
        variables=read_variables(request),
        retried=request.get("stateConfiguration", {}).get("retrierRetryCount") or 0,
        inspection=Inspection(bool(request.get("revealSecrets"))) if level == "TRACE" else None,
    )
    random = store.engine.own_random()
    execution = _execution(store, state, request, random)
    try:
        step: Step = compile_state(state, mock)
    except InvalidDefinition as error:
        raise Fault("InvalidDefinition", f"Invalid State Machine Definition: '{error.message}'") from None
    store.engine.test(step, execution, probe, random=random)
    return report(execution, probe, level)


def _execution(store: Store, state: asl.State, request: Request, random: Random) -> Execution:
    """What the state thinks it is part of: an Express execution of a machine that nobody made."""
    machine, name = new_id(random), new_id(random)
    role = request.get("roleArn") or ""
    if not role and request.get("mock") is not None:
        # as recorded: the context object of a mocked test names a role all the same
        role = f"arn:aws:iam::{store.engine.account}:role/{machine}"
    record = MachineRecord(
        arn=store.arn("stateMachine", machine),
        name=machine,
        definition=request["definition"],
        program=asl.Machine(state.name, {state.name: state}, state.query_language),
        type="EXPRESS",
        role_arn=role,
    )
    return Execution(
        arn=store.arn("express", machine, name), name=name, machine=record, input=input_text(store, request)
    )
