"""Optimized integrations: whose boto3 call each of their actions is, and how they spell things.

Which there are is in the catalogue (`integrations`). Where a Task's action is no operation of the service (Amazon
EMR's, for the most part), how one becomes the other is told in JMESPath.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from sfn_notebook.engine.sdk_calls import Dialect, classic_cause, epoch_milliseconds
from sfn_notebook.integrations.rows import optimized_rows


@dataclass(frozen=True, slots=True)
class Optimized:
    """One optimized service.

    Attributes:
        boto3: boto3's name of it.
        prefix: What stands before the dot in its error names.
        service: Its name in a cause.
        actions: Its actions.
    """

    boto3: str
    prefix: str
    service: str
    actions: tuple[str, ...]


_NAMES: Final[Mapping[str, str]] = {
    "athena": "AmazonAthena",
    "batch": "AWSBatch",
    "bedrock": "AmazonBedrock",
    "codebuild": "AWSCodeBuild",
    "databrew": "AWSGlueDataBrew",
    "dynamodb": "AmazonDynamoDBv2",
    "ecs": "AmazonECS",
    "eks": "AmazonEKS",
    "elasticmapreduce": "AmazonElasticMapReduce",
    "emr-containers": "AmazonEMRContainers",
    "emr-serverless": "AWSEMRServerless",
    "events": "AmazonEventBridge",
    "glue": "AWSGlue",
    "mediaconvert": "AWSMediaConvert",
    "sagemaker": "AmazonSageMaker",
    "sns": "AmazonSNS",
    "sqs": "AmazonSQS",
    "states": "AWSStepFunctions",
}
"""What the optimized services are called in a cause."""


@dataclass(frozen=True, slots=True)
class Rework:
    """An action that is not simply the operation of its name.

    Attributes:
        operation: The operation in the service's model.
        request: Its parameters, made of the task's; what comes out null is left out.
        answer: The task's result, made of the operation's.
        boto3: The boto3 service, where it is another one.
        named: A thing that the task names and the operation wants by its id: the operation that lists such things,
            and the parameter that names it. What is found stands under `found` in `request`.
    """

    operation: str
    request: str = "@"
    answer: str = "@"
    boto3: str | None = None
    named: tuple[str, str] | None = None


REWORKED: Final[Mapping[str, Rework]] = {
    "bedrock:invokeModel": Rework("InvokeModel", boto3="bedrock-runtime"),
    "elasticmapreduce:createCluster": Rework("RunJobFlow", answer="{ClusterId: JobFlowId, ClusterArn: ClusterArn}"),
    "elasticmapreduce:setClusterTerminationProtection": Rework(
        "SetTerminationProtection", "{JobFlowIds: [ClusterId], TerminationProtected: TerminationProtected}"
    ),
    "elasticmapreduce:terminateCluster": Rework("TerminateJobFlows", "{JobFlowIds: [ClusterId]}"),
    "elasticmapreduce:addStep": Rework(
        "AddJobFlowSteps",
        "{JobFlowId: ClusterId, Steps: [Step], ExecutionRoleArn: ExecutionRoleArn}",
        "{StepId: StepIds[0]}",
    ),
    "elasticmapreduce:cancelStep": Rework(
        "CancelSteps",
        "{ClusterId: ClusterId, StepIds: [StepId], StepCancellationOption: StepCancellationOption}",
        "{CancelStepsInfo: CancelStepsInfoList[0]}",
    ),
    "elasticmapreduce:modifyInstanceFleetByName": Rework(
        "ModifyInstanceFleet",
        "{ClusterId: ClusterId, InstanceFleet: merge(InstanceFleet, {InstanceFleetId: found.Id})}",
        named=("ListInstanceFleets", "InstanceFleetName"),
    ),
    "elasticmapreduce:modifyInstanceGroupByName": Rework(
        "ModifyInstanceGroups",
        "{ClusterId: ClusterId, InstanceGroups: [merge(InstanceGroup, {InstanceGroupId: found.Id})]}",
        named=("ListInstanceGroups", "InstanceGroupName"),
    ),
}
"""Actions, as service and action, that are not simply the operation of their name."""


def _service(name: str) -> Optimized:
    rows = [row for row in optimized_rows().values() if row.service == name]
    own = [row for row in rows if (REWORKED.get(row.label) or Rework("")).boto3 is None and row.client is not None]
    return Optimized(own[0].client or "", rows[0].errors, _NAMES[name], tuple(row.action for row in rows))


@cache
def optimized_services() -> Mapping[str, Optimized]:
    """The optimized services whose actions are calls of boto3."""
    return {name: _service(name) for name in _NAMES}


def dialect_of(service: Optimized) -> Dialect:
    """How an optimized service spells things."""
    return Dialect(
        prefix=service.prefix,
        unmodelled=f"{service.service.removesuffix('v2')}Exception",
        service=service.service,
        key=pascal_key,
        moment=epoch_milliseconds,
        cause=classic_cause(service.service),
        metadata=True,
    )


def pascal_key(member: str) -> str:
    """A member's key in parameters and results of optimized integrations."""
    return member[:1].upper() + member[1:]
