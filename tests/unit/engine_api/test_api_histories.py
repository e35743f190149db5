"""GetExecutionHistory: pages, both directions, while the execution runs."""

import json

import pytest

LOOP = {
    "StartAt": "Zero",
    "States": {
        "Zero": {"Type": "Pass", "Result": {"n": 0}, "Next": "Count"},
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
        "Enough?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 60, "Next": "Count"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}


@pytest.fixture
def execution(bench):
    return bench.run(LOOP)["executionArn"]


def pages(bench, execution, **options):
    found, more = [], {}
    while True:
        page = bench.client.get_execution_history(executionArn=execution, **options, **more)
        found.append([event["id"] for event in page["events"]])
        if "nextToken" not in page:
            return found
        more = {"nextToken": page["nextToken"]}


def flat(found):
    return [event for page in found for event in page]


def test_default_page_is_100(bench, execution):
    found = pages(bench, execution)
    ids = flat(found)
    assert [len(page) for page in found] == [100, 100, len(ids) - 200]
    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_any_page_size_both_ways(bench, execution, size):
    forward = flat(pages(bench, execution, maxResults=size))
    backward = flat(pages(bench, execution, maxResults=size, reverseOrder=True))
    assert forward == backward[::-1] == list(range(1, len(forward) + 1))


def test_zero_results_means_the_default(bench, execution):
    assert len(pages(bench, execution, maxResults=0)[0]) == 100


def test_pages_of_a_running_execution_neither_lose_nor_double(bench):
    execution, token = bench.token()
    first = bench.client.get_execution_history(executionArn=execution, maxResults=3)
    backward = bench.client.get_execution_history(executionArn=execution, maxResults=3, reverseOrder=True)
    bench.client.send_task_success(taskToken=token, output='{"ok": true}')
    bench.end(execution)
    rest = bench.client.get_execution_history(executionArn=execution, nextToken=first["nextToken"])
    ids = [event["id"] for event in first["events"] + rest["events"]]
    assert ids == list(range(1, len(ids) + 1))
    assert rest["events"][-1]["type"] == "ExecutionSucceeded"
    rest = bench.client.get_execution_history(
        executionArn=execution, reverseOrder=True, nextToken=backward["nextToken"]
    )
    ids = [event["id"] for event in backward["events"] + rest["events"]]
    assert ids == list(range(len(ids), 0, -1))


def test_a_token_is_for_its_own_execution_and_direction(bench, execution):
    token = bench.client.get_execution_history(executionArn=execution)["nextToken"]
    with pytest.raises(bench.client.exceptions.InvalidToken):
        bench.client.get_execution_history(executionArn=execution, nextToken=token, reverseOrder=True)
    with pytest.raises(bench.client.exceptions.InvalidToken):
        bench.client.get_execution_history(executionArn=execution, nextToken="x")


def test_events_are_as_boto3_knows_them(bench, execution):
    first, second = bench.events(execution, maxResults=2)
    assert first["executionStartedEventDetails"]["input"] == "{}"
    assert first["timestamp"].tzinfo is not None
    assert (second["type"], second["previousEventId"]) == ("PassStateEntered", 0)


def test_without_execution_data(bench):
    execution = bench.run(LOOP, name="l", input='{"secret": 1}')["executionArn"]
    bare = bench.events(execution, includeExecutionData=False)
    assert "secret" not in json.dumps(bare, default=str)
    assert bare[1]["stateEnteredEventDetails"] == {"name": "Zero"}


def test_unknown_execution(bench):
    with pytest.raises(bench.client.exceptions.ExecutionDoesNotExist):
        bench.events("arn:aws:states:us-east-1:000000000000:execution:m:none")


def test_a_page_costs_what_it_is_long(bench, execution, monkeypatch):
    history = bench.world._store.executions[execution].history
    looked_at = []

    class Counting(list):
        def __getitem__(self, index):
            looked_at.append(index)
            return super().__getitem__(index)

    bench.world._store.executions[execution].history = Counting(history)
    pages(bench, execution, maxResults=50)
    assert len(looked_at) <= len(history) * 1.1
