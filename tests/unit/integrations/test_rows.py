"""The optimized integrations, against the table of them where it lies beside this project."""

import csv
from pathlib import Path

import pytest

from sfn_notebook.integrations import optimized_row, optimized_rows, parse_resource
from sfn_notebook.integrations.sdk import service_model

TABLE = Path(__file__).parents[4] / "shared" / "aws" / "optimized_integrations.csv"
PUBLISHED = list(csv.DictReader(TABLE.read_text().splitlines())) if TABLE.exists() else []
ROWS = list(optimized_rows().values())
COLUMNS = {".sync": "sync", ".sync:2": "sync2", ".waitForTaskToken": "waitForTaskToken"}


def test_there_are_64():
    assert len(ROWS) == 64
    assert len({row.service for row in ROWS}) == 22  # 21 services and HTTP


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one["resource"].split(":::")[1])
def test_every_row_of_the_table(published):
    read = parse_resource(published["resource"])
    row = optimized_row(read.service, read.action)
    assert row.resource() == published["resource"]
    assert set(row.suffixes) == {"", *(suffix for suffix, column in COLUMNS.items() if published[column])}
    assert published["request_response"] == "Standard+Express"
    assert row.types("response") == ("STANDARD", "EXPRESS")
    assert {published[column] for column in COLUMNS.values()} <= {"", "Standard"}
    assert row.types("job") == row.types("callback") == ("STANDARD",)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_what_stands_behind_it_exists(row):
    if row.client is None:
        assert row.own_parameters
        return
    operations = service_model(row.client).operation_names
    assert row.operation in operations
    assert row.poll is None or row.poll in operations


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_every_pattern_is_a_resource(row):
    for pattern in row.patterns:
        read = parse_resource(row.resource(pattern))
        assert (read.label, read.pattern) == (row.label, pattern)


def test_only_kubernetes_jobs_are_waited_for_without_an_aws_api():
    assert [row.label for row in ROWS if "job" in row.patterns and row.poll is None] == ["eks:runJob"]


def test_of_the_two_forms_of_a_child_execution_the_one_that_gives_a_value_is_taken():
    assert optimized_row("states", "startExecution").resource("job").endswith(".sync:2")


def test_no_such_row():
    assert optimized_row("glue", "startCrawler") is None
