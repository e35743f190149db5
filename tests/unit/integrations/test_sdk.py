"""SDK integrations, against the published table of services where it lies beside this project."""

import csv
from pathlib import Path

import pytest

from sfn_notebook.integrations.sdk import listed, removed, sdk_names, sdk_service, service_model
from sfn_notebook.integrations.sdk_names import service_name

TABLE = Path(__file__).parents[4] / "shared" / "aws" / "sdk_services.csv"
ROWS = list(csv.DictReader(TABLE.read_text().splitlines())) if TABLE.exists() else []
MODELLED = [row for row in ROWS if row["boto3_service"] in sdk_names().values()]


def test_what_is_listed():
    wanted = {row["asl_service"] for row in ROWS if row["listed"].startswith(("yes", "listed"))}
    gone = {row["asl_service"] for row in ROWS if row["listed"].startswith(("in early", "removed"))}
    assert not wanted - listed()
    assert not ROWS or listed() == wanted
    assert not ROWS or removed() == gone
    assert len(listed()) == 410


@pytest.mark.parametrize("row", MODELLED, ids=lambda row: row["asl_service"])
def test_every_service_of_the_table(row):
    service = sdk_service(row["asl_service"])
    assert service.client == row["boto3_service"]
    assert service.errors == row["exception_prefix"]
    assert service.listed == row["listed"].startswith(("yes", "listed"))
    excluded = {*row["doc_unsupported"].split(), *row["eventstream_ops"].split()} & set(service.model.operation_names)
    refused = {operation for action, operation in service.actions.items() if service.unsupported(action)}
    assert excluded <= refused


def test_every_service_of_this_botocore_follows_the_rule():
    """boto3's name tells Step Functions' name, without reading the model."""
    spelled = {name: service_name(service_model(client).service_id) for name, client in sdk_names().items()}
    assert {name: found for name, found in spelled.items() if name != found} == {}


def test_no_such_service():
    assert sdk_service("nosuch") is None
