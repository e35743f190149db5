"""The one field table of the Amazon States Language: which field belongs to which state, in which query language.

Checked 2026-11-23 against the developer guide's state pages, https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
and the schemas of asl-validator 4.0.0.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

QueryLanguage = Literal["JSONPath", "JSONata"]
JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"
BOTH: Final = "both"

_EVERY = {"Type": BOTH, "Comment": BOTH, "QueryLanguage": BOTH}
_FLOW = {"Next": BOTH, "End": BOTH}
_PATHS = {"InputPath": JSONPATH, "OutputPath": JSONPATH}
_OUTPUT = {"Output": JSONATA, "Assign": BOTH}
_RESULT = {"ResultPath": JSONPATH, "ResultSelector": JSONPATH, "Parameters": JSONPATH}
_ERRORS = {"Retry": BOTH, "Catch": BOTH}

STATE_FIELDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "Pass": {
            **_EVERY,
            **_FLOW,
            **_PATHS,
            **_OUTPUT,
            "Result": JSONPATH,
            "ResultPath": JSONPATH,
            "Parameters": JSONPATH,
        },
        "Task": {
            **_EVERY,
            **_FLOW,
            **_PATHS,
            **_OUTPUT,
            **_RESULT,
            **_ERRORS,
            "Resource": BOTH,
            "Arguments": JSONATA,
            "TimeoutSeconds": BOTH,
            "TimeoutSecondsPath": JSONPATH,
            "HeartbeatSeconds": BOTH,
            "HeartbeatSecondsPath": JSONPATH,
            "Credentials": BOTH,
        },
        "Choice": {**_EVERY, **_PATHS, **_OUTPUT, "Choices": BOTH, "Default": BOTH},
        "Wait": {
            **_EVERY,
            **_FLOW,
            **_PATHS,
            **_OUTPUT,
            "Seconds": BOTH,
            "SecondsPath": JSONPATH,
            "Timestamp": BOTH,
            "TimestampPath": JSONPATH,
        },
        "Succeed": {**_EVERY, **_PATHS, "Output": JSONATA},
        "Fail": {**_EVERY, "Error": BOTH, "Cause": BOTH, "ErrorPath": JSONPATH, "CausePath": JSONPATH},
        "Parallel": {
            **_EVERY,
            **_FLOW,
            **_PATHS,
            **_OUTPUT,
            **_RESULT,
            **_ERRORS,
            "Branches": BOTH,
            "Arguments": JSONATA,
        },
        "Map": {
            **_EVERY,
            **_FLOW,
            **_PATHS,
            **_OUTPUT,
            **_RESULT,
            **_ERRORS,
            "ItemProcessor": BOTH,
            "Iterator": BOTH,
            "Items": JSONATA,
            "ItemsPath": JSONPATH,
            "ItemSelector": BOTH,
            "ItemReader": BOTH,
            "ItemBatcher": BOTH,
            "ResultWriter": BOTH,
            "MaxConcurrency": BOTH,
            "MaxConcurrencyPath": JSONPATH,
            "ToleratedFailureCount": BOTH,
            "ToleratedFailureCountPath": JSONPATH,
            "ToleratedFailurePercentage": BOTH,
            "ToleratedFailurePercentagePath": JSONPATH,
            "Label": BOTH,
        },
    }
)
"""State type -> field -> the query language it belongs to, or BOTH."""

MACHINE_FIELDS: Final = (
    "Comment",
    "QueryLanguage",
    "StartAt",
    "States",
    "TimeoutSeconds",
    "Version",
    "ProcessorConfig",
)
RETRY_FIELDS: Final = (
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
)
CATCH_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"ErrorEquals": BOTH, "Next": BOTH, "Comment": BOTH, "Assign": BOTH, "ResultPath": JSONPATH, "Output": JSONATA}
)
PART_FIELDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "ProcessorConfig": {"Mode": BOTH, "ExecutionType": BOTH},
        "ItemReader": {"Resource": BOTH, "ReaderConfig": BOTH, "Parameters": JSONPATH, "Arguments": JSONATA},
        "ReaderConfig": {
            "InputType": BOTH,
            "Transformation": BOTH,
            "ManifestType": BOTH,
            "CSVDelimiter": BOTH,
            "CSVHeaderLocation": BOTH,
            "CSVHeaders": BOTH,
            "ItemsPointer": BOTH,
            "MaxItems": BOTH,
            "MaxItemsPath": JSONPATH,
        },
        "ItemBatcher": {
            "BatchInput": BOTH,
            "MaxItemsPerBatch": BOTH,
            "MaxItemsPerBatchPath": JSONPATH,
            "MaxInputBytesPerBatch": BOTH,
            "MaxInputBytesPerBatchPath": JSONPATH,
        },
        "ResultWriter": {"Resource": BOTH, "WriterConfig": BOTH, "Parameters": JSONPATH, "Arguments": JSONATA},
        "WriterConfig": {"Transformation": BOTH, "OutputType": BOTH},
    }
)
"""The parts of a distributed Map -> field -> the query language it belongs to, or BOTH. Checked 2026-11-24 against
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and the pages beside it."""
STATE_TYPES: Final = tuple(STATE_FIELDS)
TERMINAL_TYPES: Final = ("Succeed", "Fail")


def fields_of(state_type: str, query_language: str) -> Iterator[str]:
    """The fields a state of this type may have in this query language."""
    return (name for name, language in STATE_FIELDS[state_type].items() if language in (BOTH, query_language))


def snake_case(field: str) -> str:
    """The Python keyword of an ASL field.

    >>> snake_case("ToleratedFailurePercentagePath")
    'tolerated_failure_percentage_path'
    >>> snake_case("CSVHeaderLocation")
    'csv_header_location'
    """
    return _WORDS.sub("_", field).lower()


_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


_ENTRY_FIELDS = (dict.fromkeys(RETRY_FIELDS), CATCH_FIELDS, dict.fromkeys(MACHINE_FIELDS))
KEYWORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        snake_case(field): field
        for fields in (*STATE_FIELDS.values(), *PART_FIELDS.values(), *_ENTRY_FIELDS)
        for field in fields
    }
)
"""snake_case keyword -> ASL field; the only mapping between the two spellings."""
