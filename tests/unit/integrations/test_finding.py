import subprocess
import sys

import pytest

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import optimized_rows, search
from sfn_notebook.integrations.index import action_index, entry_of
from sfn_notebook.integrations.sdk import sdk_names


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("start glue job", "glue:startJobRun"),
        ("StartJobRun glue", "glue:startJobRun"),
        ("glue job run starting", "glue:startJobRun"),
        ("send message", "sqs:sendMessage"),
        ("publish sns topic", "sns:publish"),
        ("invoke lambda function", "lambda:invoke"),
        ("put item dynamodb", "dynamodb:putItem"),
        ("athena query", "athena:startQueryExecution"),
        ("http request", "http:invoke"),
        ("start execution", "states:startExecution"),
        ("kubernetes job", "eks:runJob"),
        ("ec2 stop instance", "aws-sdk:ec2:stopInstances"),
        ("translate text", "aws-sdk:translate:translateText"),
        ("detect faces in image", "aws-sdk:rekognition:detectFaces"),
        ("s3 list objects v2", "aws-sdk:s3:listObjectsV2"),
        ("logs filter events", "aws-sdk:cloudwatchlogs:filterLogEvents"),
    ],
)
def test_the_best_comes_first(query, label):
    assert search(query)[0].label == label


def test_an_optimized_integration_is_found_once_with_its_sdk_twin():
    found = search("start glue job")
    labels = [hit.label for hit in found]
    assert "aws-sdk:glue:startJobRun" not in labels
    assert found[0].also == "aws-sdk:glue:startJobRun"
    assert found[0].waits == "job"


def test_every_optimized_integration_is_found_by_its_name():
    for label in optimized_rows():
        service, _, action = label.partition(":")
        assert label in [hit.label for hit in search(f"{service} {action}", limit=40)], label


def test_what_is_shown():
    text = repr(search("start glue job", limit=1))
    assert text == (
        "the best 1 for 'start glue job'\n  glue:startJobRun  Starts a job run using a job definition."
        " (waits for job; also aws-sdk:glue:startJobRun)"
    )
    assert "(not listed by AWS)" in repr(search("iotdataplane publish", limit=1))


def test_nothing_found_names_what_is_near():
    assert repr(search("athenna")) == "nothing for 'athenna'. Did you mean 'athena'?"
    assert repr(search("qqqqqqqq")) == "nothing for 'qqqqqqqq'."
    assert len(search("list", limit=3)) == 3
    assert len(search("list", limit=0)) == 0


@pytest.mark.parametrize("query", ["", "  ", "the of", None, 5])
def test_a_query_has_words(query):
    with pytest.raises(InvalidArgument, match="takes words such as"):
        search(query)


def test_what_cannot_be_called_is_not_found():
    assert "subscribeToShard" not in action_index()["kinesis"].actions
    assert "assumeRole" not in action_index()["sts"].actions


def test_the_index_knows_every_service_of_this_botocore_and_agrees_with_its_model():
    assert action_index().keys() == sdk_names().keys()
    for name in ("sqs", "sfn", "s3"):  # names that stay
        fresh = entry_of(name, sdk_names()[name])
        assert fresh.actions.keys() >= set(list(action_index()[name].actions)[:5])
        assert fresh.title == action_index()[name].title


def loaded(code):
    """What a fresh interpreter says at the end of this code."""
    program = f"import sys, sfn_notebook as sfn\nfrom sfn_notebook.integrations import sdk, index, tables\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


COUNTS = "print(sdk.service_model.cache_info().currsize, tables.table.cache_info().currsize)"


def test_importing_reads_nothing():
    assert loaded(f"{COUNTS}; print(index.action_index.cache_info().currsize)") == "0 0\n0"


def test_searching_reads_no_model():
    assert loaded(f"sfn.integrations.search('start glue job'); {COUNTS}").split()[0] == "0"


def test_one_service_costs_its_own_model():
    assert loaded(f"sfn.integrations.aws.glue.startJobRun; {COUNTS}").split()[0] == "1"
    check = "sfn.StateMachine('m').aws('A', 's3:getObject', Bucket='b', Key='k')"
    assert loaded(f"{check}; {COUNTS}").split()[0] == "1"
