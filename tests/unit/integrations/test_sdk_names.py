"""Names of SDK integrations, against the table of services where it lies beside this project."""

import csv
from pathlib import Path

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.integrations.sdk_names import (
    boto3_name,
    error_name,
    exception_prefix,
    member_key,
    pascal_case,
    service_name,
    uncapitalize,
)

TABLE = Path(__file__).parents[4] / "shared" / "aws" / "sdk_services.csv"
ROWS = [row for row in csv.DictReader(TABLE.read_text().splitlines()) if row["service_id"]] if TABLE.exists() else []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["boto3_service"])
def test_every_service_of_the_table(row):
    assert exception_prefix(row["service_id"]) == row["exception_prefix"]
    assert service_name(row["service_id"]) == row["asl_service"]


def test_every_service_of_the_table_has_its_client():
    known = boto3.session.Session().get_available_services()
    found = {row["asl_service"]: boto3_name(row["asl_service"], known) for row in ROWS if row["boto3_service"] in known}
    wanted: dict[str, set[str]] = {}
    for row in ROWS:
        wanted.setdefault(row["asl_service"], set()).add(row["boto3_service"])
    assert {service: name for service, name in found.items() if name not in wanted[service]} == {}


@pytest.mark.parametrize(
    ("service", "name"),
    [("sqs", "sqs"), ("sfn", "stepfunctions"), ("cloudwatchlogs", "logs"), ("eventbridge", "events"), ("nosuch", None)],
)
def test_clients_without_the_table(service, name):
    assert boto3_name(service, boto3.session.Session().get_available_services()) == name


@pytest.mark.parametrize(
    ("member", "key"),
    [
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("MD5OfMessageBody", "Md5OfMessageBody"),
        ("stateMachineArn", "StateMachineArn"),
        ("ETag", "ETag"),
        ("SS", "Ss"),
        ("BOOL", "Bool"),
        ("NULL", "Nul"),
        ("equals", "EqualsValue"),
    ],
)
def test_member_keys(member, key):
    assert member_key(member) == key


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("NoSuchKey", "NoSuchKeyException"),
        ("ResourceNotFoundException", "ResourceNotFoundException"),
        ("DBInstanceNotFoundFault", "DbInstanceNotFoundException"),
        ("ExecutionDoesNotExist", "ExecutionDoesNotExistException"),
    ],
)
def test_error_names(shape, name):
    assert error_name(shape) == name


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,12}", fullmatch=True))
def test_spelling_keeps_every_letter(name):
    assert uncapitalize(name).lower() == pascal_case(name).lower() == name.lower()
