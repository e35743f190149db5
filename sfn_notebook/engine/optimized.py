"""Optimized integrations: whose boto3 call each of their actions is, and how they spell things.

Sources, read 2026-11: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the page of
each service below it. Where a Task's action is no operation of the service (Amazon EMR's, for the most part), how
one becomes the other is told in JMESPath.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sfn_notebook.engine.sdk_calls import Dialect, classic_cause, epoch_milliseconds


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


OPTIMIZED: Final[Mapping[str, Optimized]] = {
    "athena": Optimized(
        "athena",
        "Athena",
        "AmazonAthena",
        ("startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"),
    ),
    "batch": Optimized("batch", "Batch", "AWSBatch", ("submitJob",)),
    "bedrock": Optimized("bedrock", "Bedrock", "AmazonBedrock", ("createModelCustomizationJob", "invokeModel")),
    "codebuild": Optimized(
        "codebuild",
        "CodeBuild",
        "AWSCodeBuild",
        (
            "startBuild",
            "stopBuild",
            "batchDeleteBuilds",
            "batchGetReports",
            "startBuildBatch",
            "stopBuildBatch",
            "retryBuildBatch",
            "deleteBuildBatch",
        ),
    ),
    "databrew": Optimized("databrew", "DataBrew", "AWSGlueDataBrew", ("startJobRun",)),
    "dynamodb": Optimized(
        "dynamodb", "DynamoDB", "AmazonDynamoDBv2", ("getItem", "putItem", "deleteItem", "updateItem")
    ),
    "ecs": Optimized("ecs", "ECS", "AmazonECS", ("runTask",)),
    "eks": Optimized(
        "eks",
        "EKS",
        "AmazonEKS",
        (
            "createCluster",
            "deleteCluster",
            "createFargateProfile",
            "deleteFargateProfile",
            "createNodegroup",
            "deleteNodegroup",
            "runJob",
        ),
    ),
    "elasticmapreduce": Optimized(
        "emr",
        "ElasticMapReduce",
        "AmazonElasticMapReduce",
        (
            "createCluster",
            "setClusterTerminationProtection",
            "terminateCluster",
            "addStep",
            "cancelStep",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ),
    ),
    "emr-containers": Optimized(
        "emr-containers",
        "EMRContainers",
        "AmazonEMRContainers",
        ("createVirtualCluster", "deleteVirtualCluster", "startJobRun"),
    ),
    "emr-serverless": Optimized(
        "emr-serverless",
        "EMRServerless",
        "AWSEMRServerless",
        (
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ),
    ),
    "events": Optimized("events", "EventBridge", "AmazonEventBridge", ("putEvents",)),
    "glue": Optimized("glue", "Glue", "AWSGlue", ("startJobRun",)),
    "mediaconvert": Optimized("mediaconvert", "MediaConvert", "AWSMediaConvert", ("createJob",)),
    "sagemaker": Optimized(
        "sagemaker",
        "SageMaker",
        "AmazonSageMaker",
        (
            "createEndpoint",
            "createEndpointConfig",
            "createHyperParameterTuningJob",
            "createLabelingJob",
            "createModel",
            "createProcessingJob",
            "createTrainingJob",
            "createTransformJob",
            "updateEndpoint",
        ),
    ),
    "sns": Optimized("sns", "SNS", "AmazonSNS", ("publish",)),
    "sqs": Optimized("sqs", "SQS", "AmazonSQS", ("sendMessage",)),
    "states": Optimized("stepfunctions", "StepFunctions", "AWSStepFunctions", ("startExecution",)),
}
"""The optimized services whose actions are calls of boto3."""


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
