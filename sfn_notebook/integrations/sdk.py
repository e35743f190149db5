"""AWS SDK integrations: every service and action of the installed botocore, by Step Functions' names.

What AWS documents beyond that, and what it excludes, is in `data/sdk.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from sfn_notebook.integrations.sdk_names import OTHER_ASL_NAMES, asl_name, exception_prefix, uncapitalize
from sfn_notebook.integrations.tables import table

_KIND: Final = "service-2"


@cache
def _loader() -> Loader:
    return Loader()


@lru_cache(maxsize=32)
def service_model(client: str) -> ServiceModel:
    """Botocore's model of a service, by boto3's name; the one thing here that takes time and memory."""
    return ServiceModel(_loader().load_service_model(client, _KIND), client)


@cache
def sdk_names() -> Mapping[str, str]:
    """Service as a Resource names it -> boto3's name, of all that the installed botocore knows.

    >>> sdk_names()["cloudwatchlogs"], sdk_names()["sfn"]
    ('logs', 'stepfunctions')
    """
    clients = _loader().list_available_services(_KIND)
    # two of one name (pinpoint-sms-voice, sms-voice): the one with a name of its own comes last and stays
    return MappingProxyType({asl_name(one): one for one in sorted(clients, key=lambda one: one in OTHER_ASL_NAMES)})


@cache
def listed() -> frozenset[str]:
    """The services that AWS lists for SDK integrations."""
    return frozenset(name for names in table("sdk")["listed"].values() for name in names)


@cache
def removed() -> frozenset[str]:
    """The services that AWS listed once and whose model has left botocore since."""
    return frozenset(table("sdk")["removed"])


@dataclass(frozen=True)
class SdkService:
    """A service that SDK integrations can call.

    Attributes:
        name: As a Resource names it.
        client: boto3's name.
    """

    name: str
    client: str
    model: ServiceModel = field(repr=False)

    @property
    def title(self) -> str:
        """Its name for people."""
        return str(self.model.metadata.get("serviceFullName", self.name))

    @property
    def listed(self) -> bool:
        """Whether AWS lists it; what it does not list may be refused there."""
        return self.name in listed()

    @property
    def errors(self) -> str:
        """What stands before the dot in its error names."""
        return exception_prefix(str(self.model.service_id))

    @cached_property
    def actions(self) -> Mapping[str, str]:
        """Action as a Resource names it -> operation of the model."""
        return MappingProxyType({uncapitalize(one): one for one in self.model.operation_names})

    def operation(self, action: str) -> OperationModel:
        """The model of an action."""
        return self.model.operation_model(self.actions[action])

    def unsupported(self, action: str) -> str:
        """Why Step Functions cannot call an action; "" when it can.

        >>> sdk_service("kinesis").unsupported("subscribeToShard")
        'it streams events'
        """
        operation = self.operation(action)
        if operation.has_event_stream_input or operation.has_event_stream_output:
            return "it streams events"
        excluded: Any = table("sdk")["unsupported"].get(self.name, ())
        return "AWS excludes it" if operation.name in excluded else ""


@lru_cache(maxsize=32)
def sdk_service(name: str) -> SdkService | None:
    """A service by the name a Resource gives it; None when the installed botocore has none.

    >>> sdk_service("s3").actions["listObjectsV2"]
    'ListObjectsV2'
    """
    client = sdk_names().get(name)
    return None if client is None else SdkService(name, client, service_model(client))
