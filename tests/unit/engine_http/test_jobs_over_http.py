"""Simulated jobs at the endpoint's URL: the same jobs for boto3 clients of other processes, in every protocol."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

import sfn_notebook as sfn

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "any", "aws_secret_access_key": "any"}


@pytest.fixture(scope="module")
def session() -> Iterator[sfn.Session]:
    with sfn.local() as opened:
        for service in ("batch", "codebuild", "emr-serverless"):
            opened.job(service, seconds=0)
        opened.job("glue", "nightly", seconds=1_000)
        opened.job("databrew", "bad", seconds=0, fails="no columns")
        yield opened


@pytest.fixture(scope="module")
def client(session: sfn.Session) -> Iterator[Callable[[str], Any]]:
    made: list[Any] = []
    url = session.serve()

    def client_of(service: str) -> Any:
        made.append(boto3.client(service, endpoint_url=url, **KEYS))
        return made[-1]

    yield client_of
    for one in made:
        one.close()


def test_json(session, client):
    glue = client("glue")
    begun = glue.start_job_run(JobName="nightly", Arguments={"--day": "ü"})
    run = {"JobName": "nightly", "RunId": begun["JobRunId"]}
    assert begun["ResponseMetadata"]["HTTPHeaders"]["x-sfn-notebook"] == "simulated"
    outside, inside = glue.get_job_run(**run)["JobRun"], session.client("glue").get_job_run(**run)["JobRun"]
    assert (outside["JobRunState"], outside["Arguments"]) == ("RUNNING", {"--day": "ü"})
    assert outside["StartedOn"].timestamp() == pytest.approx(inside["StartedOn"].timestamp(), abs=0.001)
    glue.batch_stop_job_run(JobName="nightly", JobRunIds=[run["RunId"]])
    assert session.client("glue").get_job_run(**run)["JobRun"]["JobRunState"] == "STOPPED"


def test_rest_json(client):
    batch, brew, emr = client("batch"), client("databrew"), client("emr-serverless")
    job = batch.submit_job(jobName="j", jobQueue="q", jobDefinition="d:1")["jobId"]
    assert batch.describe_jobs(jobs=[job])["jobs"][0]["status"] == "SUCCEEDED"
    run = brew.start_job_run(Name="bad")["RunId"]
    told = brew.describe_job_run(Name="bad", RunId=run)
    assert (told["State"], told["ErrorMessage"]) == ("FAILED", "no columns")
    # a slash in a label of the path
    begun = emr.start_job_run(applicationId="a/1", executionRoleArn="arn:aws:iam::000000000000:role/r", clientToken="t")
    told = emr.get_job_run(applicationId="a/1", jobRunId=begun["jobRunId"])["jobRun"]
    assert (told["applicationId"], told["state"]) == ("a/1", "SUCCESS")


def test_cbor(client):
    codebuild = client("codebuild")
    assert codebuild.meta.service_model.protocol == "smithy-rpc-v2-cbor"
    build = codebuild.start_build(projectName="app")["build"]
    (told,) = codebuild.batch_get_builds(ids=[build["id"]])["builds"]
    assert (told["buildStatus"], told["projectName"]) == ("SUCCEEDED", "app")
    assert told["endTime"] >= told["startTime"]


def test_what_is_not_simulated_is_the_services_business(client):
    glue = client("glue")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.start_job_run(JobName="other")
    assert client("emr-serverless").list_applications()["applications"] == []


BATCH = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/batch/aws4_request"


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/", {"X-Amz-Target": "AWSGlue.StartJobRun"}, b'{"JobName": "nightly", "Timeout": "soon"}'),
        (
            "/v1/submitjob",
            {"Authorization": BATCH},
            b"{}",
        ),
        ("/service/CodeBuild_20161006/operation/StartBuild", {}, b"\xa0"),
    ],
)
def test_wrong_parameters_are_refused(session, path, headers, body):
    request = urllib.request.Request(session.serve() + path, data=body, headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    with refused.value as error:
        assert (error.code, error.headers["x-amzn-ErrorType"]) == (400, "ValidationException")
        text = error.read()
    if "json" in error.headers["Content-Type"]:
        assert "Parameter validation failed" in json.loads(text)["message"]
    else:
        assert b"Parameter validation failed" in text
