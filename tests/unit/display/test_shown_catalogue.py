from strict_html import Strict

from sfn_notebook.integrations import aws, call_of, optimized, options, search
from sfn_notebook.integrations.actions import sdk_action
from sfn_notebook.integrations.finding import Found, Hit
from sfn_notebook.integrations.namespaces import Call


def html(thing):
    bundle = thing._repr_mimebundle_()
    assert bundle["text/plain"] == repr(thing)
    return Strict(bundle["text/html"])


def test_what_a_search_found():
    page = html(search("start glue job", limit=3))
    assert "glue:startJobRun" in page.words
    assert "waits for job" in page.words
    assert "nothing for 'qqqqqqqq'" in html(search("qqqqqqqq")).words


def test_texts_from_outside_are_escaped():
    evil = "<script>alert(1)</script>"
    page = html(Found(evil, [Hit(evil, evil, ("response",), evil, evil)], total=1))
    assert "script" not in page.tags
    assert page.words.count(evil) >= 4


def test_the_ways():
    page = html(options("glue", "StartJobRun"))
    assert 'sm.optimized("StartJobRun", "glue:startJobRun", JobName=..., wait="job")' in page.words
    assert "$1.53; 61 transitions" in page.words
    assert "Standard only" in page.words


def test_an_action_with_its_nested_fields():
    page = html(optimized.ecs.runTask)
    for words in ("TaskDefinition", "required", "AwsvpcConfiguration", "Subnets", "one of EC2, FARGATE", "errors"):
        assert words in page.words
    # a shape that holds itself ends somewhere
    assert "AttributeDefinitions" not in html(aws.dynamodb.putItem).words
    assert "no parameters" in html(aws.sts.getCallerIdentity).words


def test_every_kind_of_action_is_shown():
    for label in ("http:invoke", "eks:runJob", "elasticmapreduce:createCluster", "aws-sdk:s3:putObject"):
        assert label in html(call_of(label)).words
    assert "Adds an object to a bucket." in html(Call(sdk_action("s3", "putObject"))).words
