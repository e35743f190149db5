"""Real calls: which of them only read, and as whom they are made.

An operation is taken for one that changes something unless its name says that it reads; the exceptions of both kinds
are listed. https://docs.aws.amazon.com/service-authorization/latest/reference/ tells the access level of each action.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import boto3
import botocore.session
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

_READS: Final = re.compile(
    r"(?:BatchCheck|BatchDescribe|BatchGet|BatchRead|Check|Count|Describe|Detect|Discover|Estimate|Filter|Get|Head|"
    r"List|Lookup|Preview|Query|Retrieve|Scan|Search|Select|Simulate|TransactGet|Translate|Validate|View)"
    r"(?=[A-Z]|$)"
)
_ALSO_READ: Final[Mapping[str, frozenset[str]]] = {
    "kms": frozenset({"Verify", "VerifyMac"}),
    "rekognition": frozenset({"CompareFaces", "RecognizeCelebrities"}),
}
"""Operations that read although their name does not begin like that."""

_YET_CHANGE: Final[Mapping[str, frozenset[str]]] = {
    "cloudformation": frozenset({"DetectStackDrift", "DetectStackResourceDrift", "DetectStackSetDrift"}),
    "cognito-identity": frozenset({"GetId", "GetOpenIdTokenForDeveloperIdentity"}),  # make an identity
    "stepfunctions": frozenset({"GetActivityTask"}),  # takes the task from its queue
    "sts": frozenset({"GetFederationToken", "GetSessionToken"}),  # make credentials
}
"""Operations that change, take or make something although their name begins like one that reads."""


def reads_only(service: str, operation: str) -> bool:
    """Whether an operation changes nothing.

    Args:
        service: boto3's name of the service.
        operation: The operation in its model.

    >>> reads_only("s3", "ListObjectsV2"), reads_only("s3", "PutObject"), reads_only("dynamodb", "BatchGetItem")
    (True, False, True)
    """
    if operation in _YET_CHANGE.get(service, ()):
        return False
    return operation in _ALSO_READ.get(service, ()) or _READS.match(operation) is not None


def assumed(session: botocore.session.Session, role: str, *, profile: str | None, region: str) -> boto3.session.Session:
    """A boto3 session with the credentials of a role, got at the first call and again when they expire.

    Args:
        session: As whom the role is assumed.
        role: Its ARN.
        profile: The profile of this machine's configuration.
        region: Where AWS STS is asked.
    """
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(session.create_client, region_name=region),
        source_credentials=session.get_credentials(),
        role_arn=role,
        extra_args={"RoleSessionName": "sfn-notebook"},
    )
    made: Any = botocore.session.Session(profile=profile)
    made._credentials = DeferredRefreshableCredentials(  # noqa: SLF001  # botocore has no public way to set such
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return boto3.session.Session(botocore_session=made)
