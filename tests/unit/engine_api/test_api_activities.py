"""Activities and their workers."""

import json
import threading

import pytest

from sfn_notebook.errors import SessionClosed

ARN = "arn:aws:states:us-east-1:000000000000:activity:work"
MACHINE = {
    "StartAt": "Work",
    "States": {"Work": {"Type": "Task", "Resource": ARN, "TimeoutSeconds": 60, "HeartbeatSeconds": 30, "End": True}},
}


def test_lifecycle(bench):
    client = bench.client
    made = client.create_activity(name="work", tags=[{"key": "a", "value": "b"}])
    assert made["activityArn"] == ARN
    assert client.create_activity(name="work")["creationDate"] == made["creationDate"]
    shown = client.describe_activity(activityArn=ARN)
    assert (shown["name"], shown["creationDate"]) == ("work", made["creationDate"])
    assert [one["name"] for one in client.list_activities()["activities"]] == ["work"]
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == [{"key": "a", "value": "b"}]
    client.delete_activity(activityArn=ARN)
    client.delete_activity(activityArn=ARN)
    with pytest.raises(client.exceptions.ActivityDoesNotExist, match=f"Activity Does Not Exist: '{ARN}'"):
        client.describe_activity(activityArn=ARN)


def test_refusals(bench):
    client = bench.client
    with pytest.raises(client.exceptions.InvalidName):
        client.create_activity(name="a b")
    with pytest.raises(client.exceptions.ActivityDoesNotExist):
        client.get_activity_task(activityArn=ARN)
    with pytest.raises(client.exceptions.InvalidArn):
        client.get_activity_task(activityArn="work")


def test_a_worker_takes_a_task_and_answers(bench):
    bench.client.create_activity(name="work")
    execution = bench.start(bench.machine(MACHINE), input='{"a":1}')
    task = bench.client.get_activity_task(activityArn=ARN, workerName="w1")
    assert json.loads(task["input"]) == {"a": 1}
    bench.client.send_task_heartbeat(taskToken=task["taskToken"])
    bench.client.send_task_success(taskToken=task["taskToken"], output='"done"')
    assert bench.end(execution)["output"] == '"done"'
    started = [event for event in bench.events(execution) if event["type"] == "ActivityStarted"]
    assert started[0]["activityStartedEventDetails"] == {"workerName": "w1"}


def test_a_worker_waits_for_the_task(bench):
    bench.client.create_activity(name="work")
    taken = []
    worker = threading.Thread(target=lambda: taken.append(bench.client.get_activity_task(activityArn=ARN)))
    worker.start()
    execution = bench.start(bench.machine(MACHINE))
    worker.join(20)
    bench.client.send_task_failure(taskToken=taken[0]["taskToken"], error="E")
    assert bench.end(execution)["error"] == "E"


def test_no_task_in_time_is_an_empty_answer(bench, monkeypatch):
    monkeypatch.setattr("sfn_notebook.engine.api.activities.LONG_POLL", 0.01)
    bench.client.create_activity(name="work")
    answer = bench.client.get_activity_task(activityArn=ARN)
    assert answer.get("taskToken") is None


def test_closing_ends_the_wait(make_bench):
    bench = make_bench()
    bench.client.create_activity(name="work")
    caught = []
    waiting = threading.Event()

    def work():
        waiting.set()
        try:
            bench.client.get_activity_task(activityArn=ARN)
        except SessionClosed as error:
            caught.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    waiting.wait()
    bench.world.close()
    worker.join(20)
    assert not worker.is_alive()
    assert len(caught) == 1
