"""Every optimized integration in each of its patterns: it runs, it is simulated, or it says what it lacks."""

import json

import pytest
from job_calls import JOB_CALLS
from optimized_calls import BUILDS, CALLS, ELSEWHERE, OUTCOMES, RUNS, SIMULATED, outcome, unique

from sfn_notebook import history
from sfn_notebook.engine.jobs.simulation import SimulatedJob
from sfn_notebook.integrations.rows import optimized_rows

ROWS = [(label, suffix) for label, row in optimized_rows().items() for suffix in row.suffixes if label not in ELSEWHERE]


def of(kind):
    return [(label, suffix) for label, suffix in ROWS if outcome(label, suffix)[0] == kind]


def start(shared, label, suffix, arguments):
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{label}{suffix}", "Arguments": arguments, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}
    return shared.start(shared.machine(definition, name=unique("row")))


def ended(shared, execution):
    done = shared.end(execution)
    assert done["status"] == "SUCCEEDED", (done["error"], done["cause"])
    return [event["type"] for event in shared.events(execution)][2:-2], json.loads(done["output"])


def test_every_row_is_in_the_table():
    assert {label for label, _ in ROWS} == set(CALLS)
    assert {*OUTCOMES} <= {label + suffix for label, suffix in ROWS}


@pytest.mark.parametrize(("label", "suffix"), [one for one in of(RUNS) if one[1] == ""])
def test_request_response_runs(shared, label, suffix):
    types, output = ended(shared, start(shared, label, suffix, CALLS[label](shared.world)))
    assert types == ["TaskScheduled", "TaskStarted", "TaskSucceeded"]
    assert output["SdkHttpMetadata"]["HttpStatusCode"] in (200, 201, 202)
    assert set(output["SdkResponseMetadata"]) == {"RequestId"}


@pytest.mark.parametrize(("label", "suffix"), [one for one in of(RUNS) if one[1].startswith(".sync")])
def test_a_job_runs(shared, label, suffix):
    types, output = ended(shared, start(shared, label, suffix, CALLS[label](shared.world)))
    assert types == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert "SdkHttpMetadata" not in output


def with_token(label, arguments):
    """The arguments with the task's token somewhere in them."""
    token = "{% $states.context.Task.Token %}"
    places = {
        "lambda:invoke": {"Payload": {"token": token}},
        "sqs:sendMessage": {"MessageBody": {"deep": [{"token": token}]}},
        "sns:publish": {"Message": "{% 'token: ' & $states.context.Task.Token %}"},
        "states:startExecution": {"Input": {"token": token}},
        "bedrock:invokeModel": {"Body": {"prompt": token}},
        "events:putEvents": {"Entries": [{"Source": "s", "DetailType": "t", "Detail": {"token": token}}]},
        "ecs:runTask": {
            "Overrides": {"ContainerOverrides": [{"Name": "main", "Environment": [{"Name": "TOKEN", "Value": token}]}]}
        },
        "eks:runJob": {"Job": {"metadata": {"name": "pi", "labels": {"token": token}}}},
    }
    return {**arguments, **places[label]}


CALLBACKS = [(label, suffix) for label, suffix in ROWS if suffix == ".waitForTaskToken"]


@pytest.mark.parametrize(("label", "suffix"), [one for one in CALLBACKS if outcome(*one)[0] != BUILDS])
def test_a_callback_waits_for_its_token(shared, label, suffix):
    if outcome(label, suffix)[0] == SIMULATED:
        declare(shared, label)
    execution = start(shared, label, suffix, with_token(label, CALLS[label](shared.world)))
    assert shared.world.wait_for_events(execution, 4, 60)
    (scheduled,) = [one for one in shared.events(execution) if one["type"] == "TaskScheduled"]
    parameters = json.loads(scheduled["taskScheduledEventDetails"]["parameters"])
    shared.client.send_task_success(taskToken=history.token_of(parameters, None), output='"yes"')
    types, output = ended(shared, execution)
    assert output == "yes"
    assert types == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def declare(shared, label):
    service, action = label.split(":")
    shared.world.simulation.put(SimulatedJob(service, JOB_CALLS[label][1], action, seconds=1))


@pytest.mark.parametrize(("label", "suffix"), [one for one in of(SIMULATED) if one[1] != ".waitForTaskToken"])
def test_what_is_simulated_says_so_until_it_is_declared(shared, label, suffix):
    for job in shared.world.simulation.jobs():
        shared.world.simulation.remove(job)
    arguments = CALLS[label](shared.world)
    refused = shared.end(start(shared, label, suffix, arguments))
    assert "Three ways out" in refused["cause"]
    declare(shared, label)
    types, _ = ended(shared, start(shared, label, suffix, arguments))
    assert types[-1] == "TaskSucceeded"


@pytest.mark.parametrize(("label", "suffix"), of(BUILDS))
def test_what_only_builds_says_what_to_do(shared, label, suffix):
    done = shared.end(start(shared, label, suffix, CALLS[label](shared.world)))
    assert done["error"] == "States.Runtime"
    assert f"State 'T' calls {label}{suffix}, and moto" in done["cause"]
    assert "Three ways out" in done["cause"]
