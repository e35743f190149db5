"""Tags."""

import pytest

MISSING = "arn:aws:states:us-east-1:000000000000:stateMachine:none"


def test_tags(bench):
    machine = bench.machine(tags=[{"key": "a", "value": "1"}])
    bench.client.tag_resource(resourceArn=machine, tags=[{"key": "b", "value": "2"}, {"key": "a", "value": "3"}])
    bench.client.untag_resource(resourceArn=machine, tagKeys=["b", "unknown"])
    assert bench.client.list_tags_for_resource(resourceArn=machine)["tags"] == [{"key": "a", "value": "3"}]
    bench.client.update_state_machine(stateMachineArn=machine, roleArn="arn:aws:iam::000000000000:role/other")
    assert bench.client.list_tags_for_resource(resourceArn=machine)["tags"] == [{"key": "a", "value": "3"}]


def test_too_many(bench):
    machine = bench.machine()
    many = [{"key": str(number), "value": ""} for number in range(51)]
    with pytest.raises(bench.client.exceptions.TooManyTags):
        bench.client.tag_resource(resourceArn=machine, tags=many)
    assert bench.client.list_tags_for_resource(resourceArn=machine)["tags"] == []
    with pytest.raises(bench.client.exceptions.TooManyTags):
        bench.machine(name="other", tags=many)


def test_missing(bench):
    with pytest.raises(bench.client.exceptions.ResourceNotFound, match=f"Resource not found: '{MISSING}'"):
        bench.client.tag_resource(resourceArn=MISSING, tags=[])
    with pytest.raises(bench.client.exceptions.InvalidArn):
        bench.client.list_tags_for_resource(resourceArn="x")
