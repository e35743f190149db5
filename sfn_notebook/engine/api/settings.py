"""What a state machine or an activity is set to beside its definition: logging, tracing, encryption.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.engine.api.faults import Fault

Settings = dict[str, Any]
OWNED_KEY: Final[Mapping[str, Any]] = {"type": "AWS_OWNED_KEY"}
REUSE_SECONDS: Final = 300  # how long a data key is used when the request does not say
_LOG_GROUP: Final = re.compile(r"arn:[^:]+:logs:[^:]*:[^:]*:log-group:[^:*]+:\*")


def read_settings(request: Settings, before: Mapping[str, Any]) -> Settings:
    """The settings of a state machine.

    Args:
        request: Of CreateStateMachine or UpdateStateMachine.
        before: The settings so far; they stay where the request says nothing.

    Raises:
        Fault: InvalidLoggingConfiguration, InvalidTracingConfiguration, InvalidEncryptionConfiguration.
    """
    return {
        name: read(request[name]) if name in request else before.get(name, default)
        for name, (read, default) in SETTINGS.items()
    }


def _logging(given: Settings) -> Settings:
    destinations = given.get("destinations") or []
    level = given.get("level", "OFF")
    if len(destinations) > 1 or (level != "OFF" and not destinations):
        raise _refusal("Logging", "Must specify exactly one Log Destination.")
    for one in destinations:
        arn = (one.get("cloudWatchLogsLogGroup") or {}).get("logGroupArn") or ""
        if not _LOG_GROUP.fullmatch(arn):
            raise _refusal("Logging", f"Log Destination must be a log group's ARN that ends with ':*', not '{arn}'")
    kept = {"level": level, "includeExecutionData": given.get("includeExecutionData", False)}
    return {**kept, "destinations": destinations} if destinations else kept


def _tracing(given: Settings) -> Settings:
    if "enabled" not in given:
        raise _refusal("Tracing", "enabled must be set to true or false")
    return {"enabled": given["enabled"]}


def read_encryption(given: Settings) -> Settings:
    """An encryption configuration.

    Raises:
        Fault: InvalidEncryptionConfiguration.
    """
    if given["type"] == "AWS_OWNED_KEY":
        if given.get("kmsKeyId") is not None or given.get("kmsDataKeyReusePeriodSeconds") is not None:
            raise _refusal("Encryption", "only CUSTOMER_MANAGED_KMS_KEY has a kmsKeyId and a reuse period")
        return dict(OWNED_KEY)
    if given.get("kmsKeyId") is None:
        raise _refusal("Encryption", "kmsKeyId must be set for CUSTOMER_MANAGED_KMS_KEY")
    return {"kmsDataKeyReusePeriodSeconds": REUSE_SECONDS, **given}


def _refusal(what: str, why: str) -> Fault:
    return Fault(f"Invalid{what}Configuration", f"Invalid {what} Configuration: '{why}'")


SETTINGS: Final[Mapping[str, tuple[Callable[[Settings], Settings], Mapping[str, Any]]]] = {
    "loggingConfiguration": (_logging, {"level": "OFF", "includeExecutionData": False}),
    "tracingConfiguration": (_tracing, {"enabled": False}),
    "encryptionConfiguration": (read_encryption, OWNED_KEY),
}
"""Member of the request -> what reads it, and what it is by default."""
