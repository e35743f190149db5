"""With the instant clock and a seed, everything is the same each time: in another process, with another hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import hashlib, json, warnings
warnings.simplefilter("ignore")
from hypothesis import HealthCheck, Phase, given, seed, settings
from any_machine import ROLE, json_values, machines, run, world

found = hashlib.sha256()

def add(what):
    if isinstance(what, dict):
        what = {key: value for key, value in what.items() if key != "ResponseMetadata"}
    found.update(json.dumps(what, sort_keys=True, default=str).encode())

@seed(11)
@settings(max_examples=25, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
@given(definition=machines(), data=json_values)
def any_machine(definition, data):
    made = world()
    add(run(made, definition, data, "m"))
    made.close()

FIXED = {"StartAt": "Both", "States": {
    "Both": {"Type": "Parallel", "Next": "Each", "ResultPath": None, "Branches": [
        {"StartAt": "Try", "States": {"Try": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "bad"},
            "Retry": [{"ErrorEquals": ["ValueError"], "JitterStrategy": "FULL", "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Ids"}], "End": True},
            "Ids": {"Type": "Pass", "End": True,
                "Parameters": {"id.$": "States.UUID()", "r.$": "States.MathRandom(1, 1000)"}}}},
        {"StartAt": "Query", "States": {"Query": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True,
            "Output": "{% {'r': $random(), 'u': $uuid(), 't': $now(), 'm': $millis()} %}"}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "Next": "Ask", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Id", "States": {"Id": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}}}},
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": True,
        "Parameters": {"FunctionName": "good", "Payload": {"token.$": "$$.Task.Token"}}}}}

def ids_and_names():
    made = world()
    client = made.client("stepfunctions")
    add(run(made, FIXED, {"items": list(range(5))}, "fixed"))
    created = client.create_state_machine(name="n", definition=json.dumps(FIXED), roleArn=ROLE, publish=True)
    arn = created["stateMachineArn"]
    add(client.update_state_machine(stateMachineArn=arn, roleArn=ROLE.replace("/r", "/s"), publish=True))
    started = client.start_execution(stateMachineArn=arn, input='{"items": [1, 2, 3]}')
    add(started)
    execution = made._store.executions[started["executionArn"]]
    assert made._engine.scheduler.wait(lambda: made._engine.scheduler._quiet and made._engine.scheduler.outside, 20)
    add([(event.id, event.timestamp, event.type, event.previous, event.details) for event in execution.history])
    for map_run in client.list_map_runs(executionArn=execution.arn)["mapRuns"]:
        add(map_run)
        for child in client.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]:
            add(child)
            add(client.get_execution_history(executionArn=child["executionArn"])["events"])
    made.close()

any_machine()
ids_and_names()
print(found.hexdigest())
"""
TESTS = Path(__file__).parents[2]


def test_two_processes_with_different_hash_seeds_tell_the_same() -> None:
    found = []
    for hash_seed in ("1", "2"):
        path = os.pathsep.join([str(TESTS), str(TESTS.parent), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        found.append(done.stdout.strip())
    assert found[0] == found[1]
    assert len(found[0]) == 64
