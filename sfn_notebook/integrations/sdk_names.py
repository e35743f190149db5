"""The names of AWS SDK integrations, derived from botocore's.

Step Functions takes them from the code generator of the AWS SDK for Java v2, so everything follows from a
service's id and from the names in its model. Checked 2026-11-23 against the developer guide's list of services,
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_STEPS: Final = (
    (re.compile(r"[^A-Za-z0-9]+"), " "),
    (re.compile(r"([^a-z]{2,})v([0-9]+)"), r"\1 v\2 "),
    (re.compile(r"([^A-Z]{2,})V([0-9]+)"), r"\1 V\2 "),
    (re.compile(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])"), " "),
    (re.compile(r"([A-Z]+)([A-Z][a-z])"), r"\1 \2"),
    (re.compile(r"([0-9])([a-zA-Z])"), r"\1 \2"),
)
_JAVA_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "abstract assert boolean break byte case catch char class const continue default do double else enum extends "
        "final finally float for goto if implements import instanceof int interface long native new package private "
        "protected public return short static strictfp super switch synchronized this throw throws transient try "
        "void volatile while true false null equals hashCode toString getClass notify notifyAll wait",
    )
)
_OTHER_BOTO3_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "applicationdiscovery": "discovery",
        "cloudwatchlogs": "logs",
        "cognitoidentityprovider": "cognito-idp",
        "costandusagereport": "cur",
        "costexplorer": "ce",
        "databasemigration": "dms",
        "directory": "ds",
        "directoryservicedata": "ds-data",
        "elasticloadbalancing": "elb",
        "elasticloadbalancingv2": "elbv2",
        "elasticsearch": "es",
        "eventbridge": "events",
        "iotdataplane": "iot-data",
        "iotjobsdataplane": "iot-jobs-data",
        "lexmodelbuilding": "lex-models",
        "lexmodelsv2": "lexv2-models",
        "lexruntimev2": "lexv2-runtime",
        "marketplacemetering": "meteringmarketplace",
        "migrationhub": "mgh",
        "pinpointsmsvoice": "sms-voice",
        "serverlessapplicationrepository": "serverlessrepo",
        "sfn": "stepfunctions",
        "simpledb": "sdb",
    }
)
"""ASL service -> boto3 service, where they differ by more than hyphens."""
OTHER_ASL_NAMES: Final[Mapping[str, str]] = MappingProxyType({name: asl for asl, name in _OTHER_BOTO3_NAMES.items()})
"""The same the other way round."""


def pascal_case(name: str) -> str:
    """A name as a Java class is named.

    >>> pascal_case("DynamoDB"), pascal_case("DBInstanceNotFound"), pascal_case("Elastic Load Balancing v2")
    ('DynamoDb', 'DbInstanceNotFound', 'ElasticLoadBalancingV2')
    """
    for pattern, replacement in _STEPS:
        name = pattern.sub(replacement, name)
    return "".join(word.lower().capitalize() for word in name.split())


def uncapitalize(name: str) -> str:
    """A name as a Java variable is named.

    >>> uncapitalize("DBInstance"), uncapitalize("SSEKMSKeyId"), uncapitalize("ETag"), uncapitalize("ListObjectsV2")
    ('dbInstance', 'ssekmsKeyId', 'eTag', 'listObjectsV2')
    """
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1 : end + 2].islower():
        end += 1
    return name[:end].lower() + name[end:]


@lru_cache(maxsize=4096)
def member_key(member: str) -> str:
    """The key of a member in a Task's parameters or result.

    `NULL`, of DynamoDB's attribute values, is the one that the SDK for Java renames by hand.

    >>> member_key("DBInstanceIdentifier"), member_key("equals"), member_key("queueUrl")
    ('DbInstanceIdentifier', 'EqualsValue', 'QueueUrl')
    """
    if member == "NULL":
        return "Nul"
    name = uncapitalize(member)
    if name in _JAVA_WORDS:
        name += "Value"
    return name[:1].upper() + name[1:]


def exception_prefix(service_id: str) -> str:
    """What stands before the dot in the error names of a service.

    >>> exception_prefix("DynamoDB"), exception_prefix("Directory Service"), exception_prefix("SFN")
    ('DynamoDb', 'Directory', 'Sfn')
    """
    name = pascal_case(service_id)
    for start in ("Amazon", "Aws"):
        name = name.removeprefix(start)
    return name.removesuffix("Service")


def service_name(service_id: str) -> str:
    """The service as a Task's Resource names it.

    >>> service_name("CloudWatch Logs")
    'cloudwatchlogs'
    """
    return exception_prefix(service_id).lower()


def error_name(shape: str) -> str:
    """An error shape as it stands after the dot.

    >>> error_name("NoSuchKey"), error_name("DBInstanceNotFoundFault")
    ('NoSuchKeyException', 'DbInstanceNotFoundException')
    """
    return pascal_case(shape.removesuffix("Fault").removesuffix("Exception")) + "Exception"


def asl_name(boto3_service: str) -> str:
    """The service as a Task's Resource names it, from boto3's name for it.

    >>> asl_name("stepfunctions"), asl_name("dynamodb-streams")
    ('sfn', 'dynamodbstreams')
    """
    return OTHER_ASL_NAMES.get(boto3_service, boto3_service.replace("-", ""))


def boto3_name(service: str, known: Iterable[str]) -> str | None:
    """The boto3 service of a Task's service, or None when there is none.

    Args:
        service: As the Resource names it, such as "cloudwatchlogs".
        known: What boto3 knows, such as `session.get_available_services()`.

    >>> boto3_name("sfn", ["stepfunctions"]), boto3_name("dynamodbstreams", ["dynamodb-streams"])
    ('stepfunctions', 'dynamodb-streams')
    """
    other = _OTHER_BOTO3_NAMES.get(service)
    return next((name for name in known if name == other or (other is None and name.replace("-", "") == service)), None)
