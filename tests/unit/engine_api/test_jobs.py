"""`.sync` for every job there is, simulated: started, awaited, failed, stopped; and the same job seen by clients."""

import itertools
import json
from datetime import timedelta

import pytest
from job_calls import JOB_CALLS

from sfn_notebook.engine.jobs.simulation import SimulatedJob
from sfn_notebook.engine.jobs.table import JOBS

COUNT = itertools.count()
S = "arn:aws:states:::"
SEQUENCE = [
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
]


def sync(label, arguments, suffix=".sync", **more):
    state = {"Type": "Task", "Resource": f"{S}{label}{suffix}", "Arguments": arguments, "End": True, **more}
    return {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}


def declare(bench, label, **more):
    arguments, name = JOB_CALLS[label]
    service, action = label.split(":")
    bench.world.simulation.put(SimulatedJob(service, name, action, **more))
    return arguments


def took(bench, execution):
    described = bench.client.describe_execution(executionArn=execution)
    return described["stopDate"] - described["startDate"]


def test_the_calls_are_those_of_the_table():
    assert set(JOB_CALLS) == set(JOBS)


@pytest.mark.parametrize("label", JOBS)
def test_it_is_awaited_and_gives_its_description(shared, label):
    done = shared.run(sync(label, declare(shared, label, seconds=480)), name=f"m{next(COUNT)}")
    assert done["status"] == "SUCCEEDED", done.get("cause")
    assert [event["type"] for event in shared.events(done["executionArn"])] == SEQUENCE
    assert took(shared, done["executionArn"]) == timedelta(seconds=480)
    assert JOBS[label].good[0] in done["output"]
    assert "Sdk" not in done["output"], "the description, not the answer of a call"
    assert shared.world._services._moto is None, "nothing else was asked"


@pytest.mark.parametrize("label", [label for label, row in JOBS.items() if row.bad or row.failed])
def test_it_fails_with_its_description_as_the_cause(shared, label):
    done = shared.run(sync(label, declare(shared, label, seconds=5, fails="disk full")), name=f"m{next(COUNT)}")
    assert (done["status"], done["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(done["cause"])
    assert isinstance(cause, dict)
    assert (JOBS[label].bad or JOBS[label].good)[0] in done["cause"]
    if JOBS[label].reason is not None and "[" not in JOBS[label].reason:
        assert "disk full" in done["cause"]
    types = [event["type"] for event in shared.events(done["executionArn"])]
    assert types[-3:] == ["TaskSubmitted", "TaskFailed", "ExecutionFailed"]


def test_the_history_tells_that_it_was_simulated(bench):
    done = bench.run(sync("glue:startJobRun", declare(bench, "glue:startJobRun")))
    (submitted,) = [event for event in bench.events(done["executionArn"]) if event["type"] == "TaskSubmitted"]
    output = json.loads(submitted["taskSubmittedEventDetails"]["output"])
    assert output["JobRunId"].startswith("jr_")
    assert output["SdkHttpMetadata"]["HttpHeaders"] == {"x-sfn-notebook": "simulated"}
    assert submitted["taskSubmittedEventDetails"]["resource"] == "startJobRun.sync"


def test_what_glue_tells(bench):
    arguments = declare(bench, "glue:startJobRun", seconds=480, result={"DPUSeconds": 3.5})
    run = json.loads(bench.run(sync("glue:startJobRun", arguments))["output"])
    started = run.pop("StartedOn")
    assert isinstance(started, int)
    assert (run.pop("CompletedOn"), run.pop("LastModifiedOn")) == (started + 480_000, started + 480_000)
    assert run.pop("Id").startswith("jr_")
    assert run == {
        "Arguments": {"--day": "monday"},
        "Attempt": 0,
        "DPUSeconds": 3.5,
        "ExecutionTime": 480,
        "JobName": "nightly",
        "JobRunState": "SUCCEEDED",
        "PredecessorRuns": [],
    }


@pytest.mark.parametrize(
    ("label", "where"),
    [
        ("athena:startQueryExecution", ("QueryExecution", "Status", "State")),
        ("codebuild:startBuild", ("Build", "BuildStatus")),
        ("codebuild:retryBuildBatch", ("BuildBatch", "BuildBatchStatus")),
        ("eks:createCluster", ("Cluster", "Status")),
        ("elasticmapreduce:createCluster", ("ClusterId",)),
        ("elasticmapreduce:addStep", ("Step", "Status", "State")),
        ("emr-serverless:createApplication", ("ApplicationId",)),
        ("mediaconvert:createJob", ("Job", "Status")),
        ("sagemaker:createTrainingJob", ("TrainingJobStatus",)),
        ("ecs:runTask", ("TaskArn",)),
        ("batch:submitJob", ("JobId",)),
    ],
)
def test_where_the_output_has_what(shared, label, where):
    value = json.loads(shared.run(sync(label, declare(shared, label)), name=f"m{next(COUNT)}")["output"])
    for key in where:
        value = value[key]
    assert isinstance(value, str)


def test_a_result_made_of_the_arguments(bench):
    arguments = declare(bench, "glue:startJobRun", result=lambda given: {"LogGroupName": given["Arguments"]["--day"]})
    assert json.loads(bench.run(sync("glue:startJobRun", arguments))["output"])["LogGroupName"] == "monday"


def test_a_result_that_cannot_be_made_fails_the_job(bench):
    def result(given):
        raise ValueError("no such day")

    arguments = declare(bench, "glue:startJobRun", result=result)
    done = bench.run(sync("glue:startJobRun", arguments))
    assert json.loads(done["cause"])["ErrorMessage"] == "ValueError: no such day"


def test_a_result_that_the_service_does_not_know(bench):
    arguments = declare(bench, "glue:startJobRun", result={"LogGroup": "x"})
    done = bench.run(sync("glue:startJobRun", arguments))
    assert done["error"] == "States.Runtime"
    assert "Did you mean 'LogGroupName'" in done["cause"]


def test_the_first_runs_fail(bench):
    arguments = declare(bench, "glue:startJobRun", seconds=10, fails=2)
    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 5}]
    done = bench.run(sync("glue:startJobRun", arguments, Retry=retry))
    assert done["status"] == "SUCCEEDED"
    types = [event["type"] for event in bench.events(done["executionArn"])]
    assert types.count("TaskFailed") == 2
    assert took(bench, done["executionArn"]) == timedelta(seconds=32)


def test_a_wrong_parameter_is_told_although_nothing_is_called(bench):
    declare(bench, "glue:startJobRun")
    done = bench.run(sync("glue:startJobRun", {"JobName": "nightly", "Timeout": "long"}))
    assert done["error"] == "States.Runtime"
    assert "Timeout" in done["cause"]


# -- which job


def test_a_name_comes_before_a_pattern_and_a_pattern_before_any(bench):
    put = bench.world.simulation.put
    put(SimulatedJob("glue", "night*", seconds=2))
    put(SimulatedJob("glue", "nightly", seconds=1))
    put(SimulatedJob("glue", seconds=3))
    for name, seconds in {"nightly": 1, "night-shift": 2, "day": 3}.items():
        done = bench.run(sync("glue:startJobRun", {"JobName": name}), name=name)
        assert took(bench, done["executionArn"]) == timedelta(seconds=seconds)


def test_the_newest_declaration_of_a_job_holds(bench):
    put = bench.world.simulation.put
    put(SimulatedJob("glue", "nightly", seconds=1))
    put(SimulatedJob("glue", "nightly", seconds=2))
    assert len(bench.world.simulation.jobs()) == 1
    done = bench.run(sync("glue:startJobRun", {"JobName": "nightly"}))
    assert took(bench, done["executionArn"]) == timedelta(seconds=2)


@pytest.mark.parametrize(
    "definition", ["nightly", "nightly:3", "arn:aws:ecs:us-east-1:000000000000:task-definition/nightly:3"]
)
def test_a_task_definition_is_known_by_its_family(bench, definition):
    bench.world.simulation.put(SimulatedJob("ecs", "nightly", seconds=1))
    assert bench.run(sync("ecs:runTask", {"TaskDefinition": definition}))["status"] == "SUCCEEDED"


# -- given up


@pytest.mark.parametrize("label", [label for label, row in JOBS.items() if row.stop is not None])
def test_a_time_out_stops_the_job(shared, label):
    arguments = declare(shared, label, seconds=480)
    done = shared.run(sync(label, arguments, TimeoutSeconds=60), name=f"m{next(COUNT)}")
    assert done["error"] == "States.Timeout"
    run = list(shared.world.simulation._runs.values())[-1]
    assert shared.world._engine.scheduler.wait(lambda: run.stopped is not None, 10)
    types = [event["type"] for event in shared.events(done["executionArn"])]
    assert types[-3:] == ["TaskSubmitted", "TaskTimedOut", "ExecutionFailed"]


def test_stopping_the_execution_stops_the_job(make_bench):
    bench = make_bench(clock="real")
    execution = bench.start(bench.machine(sync("glue:startJobRun", declare(bench, "glue:startJobRun", seconds=480))))
    assert bench.world.wait_for_events(execution, 4, 20)
    bench.client.stop_execution(executionArn=execution)
    (run,) = set(bench.world.simulation._runs.values())
    assert bench.world._engine.scheduler.wait(lambda: run.stopped is not None, 10)
    glue = bench.world.client("glue")
    state = glue.get_job_run(JobName="nightly", RunId=run.started["JobRunId"])["JobRun"]["JobRunState"]
    assert state == "STOPPED"


def test_a_heartbeat_that_does_not_come(bench):
    arguments = declare(bench, "glue:startJobRun", seconds=480)
    done = bench.run(sync("glue:startJobRun", arguments, HeartbeatSeconds=30, TimeoutSeconds=600))
    assert done["error"] == "States.Timeout"
    assert took(bench, done["executionArn"]) == timedelta(seconds=30)


def test_a_job_is_ended_early_by_whoever_has_its_token(make_bench):
    bench = make_bench(clock="real")
    declare(bench, "glue:startJobRun", seconds=480)
    arguments = {"JobName": "nightly", "Arguments": {"--token": "{% $states.context.Task.Token %}"}}
    execution = bench.start(bench.machine(sync("glue:startJobRun", arguments)))
    assert bench.world.wait_for_events(execution, 4, 20)
    (run,) = set(bench.world.simulation._runs.values())
    bench.client.send_task_success(taskToken=run.arguments["Arguments"]["--token"], output='{"early": true}')
    done = bench.end(execution)
    assert json.loads(done["output"]) == {"early": True}
    assert run.stopped is None, "it has said itself that it is done"


def test_it_takes_its_time_on_the_real_clock(make_bench):
    bench = make_bench(clock="real")
    done = bench.run(sync("glue:startJobRun", declare(bench, "glue:startJobRun", seconds=0.3)))
    assert done["status"] == "SUCCEEDED"
    assert took(bench, done["executionArn"]) >= timedelta(seconds=0.3)


# -- seen by others


def test_a_poll_loop_sees_the_same_job(bench):
    declare(bench, "glue:startJobRun", seconds=480)
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Start",
        "States": {
            "Start": {
                "Type": "Task",
                "Resource": S + "glue:startJobRun",
                "Arguments": {"JobName": "nightly"},
                "Assign": {"run": "{% $states.result.JobRunId %}"},
                "Next": "Pause",
            },
            "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Look"},
            "Look": {
                "Type": "Task",
                "Resource": S + "aws-sdk:glue:getJobRun",
                "Arguments": {"JobName": "nightly", "RunId": "{% $run %}"},
                "Output": "{% $states.result.JobRun.JobRunState %}",
                "Next": "Done?",
            },
            "Done?": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input = 'RUNNING' %}", "Next": "Pause"}],
                "Default": "Done",
            },
            "Done": {"Type": "Pass", "End": True},
        },
    }
    done = bench.run(definition)
    assert done["output"] == '"SUCCEEDED"'
    types = [event["type"] for event in bench.events(done["executionArn"], maxResults=1000)]
    assert types.count("WaitStateEntered") == 16
    assert took(bench, done["executionArn"]) == timedelta(seconds=480)


def test_clients_of_the_session_see_the_same_job(bench):
    declare(bench, "batch:submitJob", seconds=480)
    batch = bench.world.client("batch", endpoint_url="http://127.0.0.1:9")  # nothing is sent
    job = batch.submit_job(jobName="night", jobQueue="queue", jobDefinition="nightly")["jobId"]
    (running,) = batch.describe_jobs(jobs=[job])["jobs"]
    assert (running["status"], "stoppedAt" in running) == ("RUNNING", False)
    batch.terminate_job(jobId=job, reason="enough")
    assert batch.describe_jobs(jobs=[job])["jobs"][0]["status"] == "FAILED"


def test_the_same_seed_gives_the_same_ids(make_bench):
    ids = []
    for _ in range(2):
        bench = make_bench(seed=3)
        done = bench.run(sync("glue:startJobRun", declare(bench, "glue:startJobRun")))
        ids.append(json.loads(done["output"])["Id"])
    assert ids[0] == ids[1]
