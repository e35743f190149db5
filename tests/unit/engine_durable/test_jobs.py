"""A job that is awaited when the session is closed is awaited by the next one."""

from typing import Any

import pytest

import sfn_notebook as sfn

TASK = "arn:aws:states:::glue:startJobRun.sync"


@pytest.mark.parametrize("declared", [True, False])
def test_a_simulated_job_goes_on(opened: Any, declared: bool) -> None:
    session = opened()
    session.function("ask")(lambda event, context: None)
    session.job("glue", "nightly", seconds=480, result={"LogGroupName": "/jobs"})
    sm = session.state_machine("jobs")
    job = sm.branch("job")
    job.task("Run", resource=TASK, arguments={"JobName": "nightly"})
    ask = sm.branch("ask")
    ask.lambda_invoke("Ask", "ask", payload={"token": sfn.token}, wait="callback")
    sm.parallel("Both", branches=[job, ask])
    execution = sm.start()
    execution.callback("Ask")
    assert session.world._engine.scheduler.wait(
        lambda: sum(event["type"] == "TaskSubmitted" for event in execution.events()) == 2, 10
    )
    (run,) = set(session.world.simulation._runs.values())

    again = opened()
    assert run.stopped is None, "closing a session stops no job"
    if declared:
        again.job("glue", "nightly", seconds=480, result={"LogGroupName": "/jobs"})
    attached = again.attach(execution.arn)
    again.advance(seconds=480)
    attached.callback("Ask").succeed("yes")
    done, answer = attached.result(20)
    assert (done["JobRunState"], answer) == ("SUCCEEDED", "yes")
    assert done.get("LogGroupName") == ("/jobs" if declared else None)
