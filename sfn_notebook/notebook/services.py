"""Task states for the services workflows use most; every other one is `optimized(...)` or `aws(...)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook.keywords import TaskFields, Text
from sfn_notebook.notebook.named import named
from sfn_notebook.notebook.signatures import spelled
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.tasks import Arguments, Tasks, Wait, left_out
from sfn_notebook.notebook.values import Expression


class Services(Tasks):
    """Adds Task states that call a service by name; what all tasks take is said at `Tasks`."""

    @spelled(TaskFields)
    def sqs_send(
        self,
        name: str,
        *,
        queue_url: Text,
        body: Any,
        delay_seconds: int | Expression | None = None,
        message_attributes: Mapping[str, Any] | None = None,
        message_group_id: Text | None = None,
        message_deduplication_id: Text | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A message to an SQS queue; a `body` that is not a text arrives as JSON."""
        return self._call(
            name,
            "sqs:sendMessage",
            wait,
            arguments,
            fields,
            QueueUrl=queue_url,
            MessageBody=body,
            DelaySeconds=left_out(delay_seconds),
            MessageAttributes=left_out(message_attributes),
            MessageGroupId=left_out(message_group_id),
            MessageDeduplicationId=left_out(message_deduplication_id),
        )

    @spelled(TaskFields)
    def sns_publish(
        self,
        name: str,
        *,
        message: Any,
        topic_arn: Text | None = None,
        target_arn: Text | None = None,
        phone_number: Text | None = None,
        subject: Text | None = None,
        message_attributes: Mapping[str, Any] | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A message to an SNS topic, an endpoint, or a phone: one of `topic_arn`, `target_arn`, `phone_number`."""
        if sum(one is not None for one in (topic_arn, target_arn, phone_number)) != 1 and not arguments:
            raise InvalidArgument(f"sns_publish {name!r} takes one of topic_arn=, target_arn=, phone_number=.")
        return self._call(
            name,
            "sns:publish",
            wait,
            arguments,
            fields,
            TopicArn=left_out(topic_arn),
            TargetArn=left_out(target_arn),
            PhoneNumber=left_out(phone_number),
            Message=message,
            Subject=left_out(subject),
            MessageAttributes=left_out(message_attributes),
        )

    @spelled(TaskFields)
    def dynamodb_get_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """An item of a DynamoDB table; `key` is typed as DynamoDB types it: `{"id": {"S": "a"}}`."""
        return self._call(name, "dynamodb:getItem", None, arguments, fields, TableName=table, Key=key)

    @spelled(TaskFields)
    def dynamodb_put_item(
        self,
        name: str,
        *,
        table: Text,
        item: Mapping[str, Any],
        condition_expression: Text | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """An item into a DynamoDB table; `item` is typed as DynamoDB types it: `{"id": {"S": "a"}}`."""
        return self._call(
            name,
            "dynamodb:putItem",
            None,
            arguments,
            fields,
            TableName=table,
            Item=item,
            ConditionExpression=left_out(condition_expression),
        )

    @spelled(TaskFields)
    def dynamodb_update_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        update_expression: Text | None = None,
        expression_attribute_values: Mapping[str, Any] | None = None,
        expression_attribute_names: Mapping[str, Any] | None = None,
        condition_expression: Text | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """Change an item of a DynamoDB table."""
        return self._call(
            name,
            "dynamodb:updateItem",
            None,
            arguments,
            fields,
            TableName=table,
            Key=key,
            UpdateExpression=left_out(update_expression),
            ExpressionAttributeValues=left_out(expression_attribute_values),
            ExpressionAttributeNames=left_out(expression_attribute_names),
            ConditionExpression=left_out(condition_expression),
        )

    @spelled(TaskFields)
    def dynamodb_delete_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """Delete an item of a DynamoDB table."""
        return self._call(name, "dynamodb:deleteItem", None, arguments, fields, TableName=table, Key=key)

    glue_job = named(
        "glue_job",
        "glue:startJobRun",
        "A run of a Glue job.",
        required="JobName",
        optional="job_arguments=Arguments WorkerType NumberOfWorkers SecurityConfiguration ExecutionClass",
        waits="response job",
    )
    databrew_job = named(
        "databrew_job",
        "databrew:startJobRun",
        "A run of a DataBrew job.",
        required="job_name=Name",
        waits="response job",
    )
    batch_job = named(
        "batch_job",
        "batch:submitJob",
        "A job in a queue of AWS Batch.",
        required="JobName JobQueue JobDefinition",
        optional="job_parameters=Parameters ContainerOverrides ArrayProperties DependsOn RetryStrategy Tags",
        waits="response job",
    )
    ecs_task = named(
        "ecs_task",
        "ecs:runTask",
        "A task in an ECS cluster, on Fargate or EC2.",
        required="TaskDefinition",
        optional="Cluster LaunchType NetworkConfiguration Overrides Count CapacityProviderStrategy PlatformVersion",
        waits="response job callback",
    )
    events_put = named(
        "events_put",
        "events:putEvents",
        "Events to an EventBridge bus; a `Detail` that is not a text arrives as JSON.",
        required="Entries",
        waits="response callback",
    )
    athena_query = named(
        "athena_query",
        "athena:startQueryExecution",
        "A query of Athena; its rows are in S3, and `athena_results` reads them.",
        required="QueryString",
        optional="QueryExecutionContext ResultConfiguration WorkGroup ExecutionParameters",
        waits="response job",
    )
    athena_results = named(
        "athena_results",
        "athena:getQueryResults",
        "The rows of an Athena query that is done.",
        required="QueryExecutionId",
        optional="MaxResults NextToken",
    )
    bedrock_invoke = named(
        "bedrock_invoke",
        "bedrock:invokeModel",
        "A model of Bedrock; its answer is in `Body`.",
        required="ModelId",
        optional="Body Accept ContentType GuardrailIdentifier GuardrailVersion",
        waits="response callback",
    )
    bedrock_agent = named(
        "bedrock_agent",
        "bedrockagentcore:invokeHarness",
        "An agent of Bedrock AgentCore; it has 900 seconds.",
        required="HarnessArn RuntimeSessionId Messages",
        optional="Qualifier SystemPrompt MaxIterations MaxTokens",
    )
    codebuild = named(
        "codebuild",
        "codebuild:startBuild",
        "A build of a CodeBuild project.",
        required="ProjectName",
        optional="SourceVersion EnvironmentVariablesOverride BuildspecOverride ArtifactsOverride",
        waits="response job",
    )
    codebuild_batch = named(
        "codebuild_batch",
        "codebuild:startBuildBatch",
        "A batch of builds of a CodeBuild project.",
        required="ProjectName",
        optional="SourceVersion EnvironmentVariablesOverride BuildspecOverride ArtifactsOverride",
        waits="response job",
    )
    emr_cluster = named(
        "emr_cluster",
        "elasticmapreduce:createCluster",
        "A new EMR cluster.",
        required="cluster_name=Name Instances",
        optional="ReleaseLabel Applications JobFlowRole ServiceRole LogUri BootstrapActions Configurations Tags",
        waits="response job",
    )
    emr_step = named(
        "emr_step",
        "elasticmapreduce:addStep",
        "A step for an EMR cluster.",
        required="ClusterId Step",
        optional="ExecutionRoleArn",
        waits="response job",
    )
    emr_terminate = named(
        "emr_terminate",
        "elasticmapreduce:terminateCluster",
        "The end of an EMR cluster.",
        required="ClusterId",
        waits="response job",
    )
    emr_containers_job = named(
        "emr_containers_job",
        "emr-containers:startJobRun",
        "A job of EMR on EKS.",
        required="VirtualClusterId",
        optional="job_name=Name ExecutionRoleArn ReleaseLabel JobDriver ConfigurationOverrides JobTemplateId",
        waits="response job",
    )
    emr_serverless_job = named(
        "emr_serverless_job",
        "emr-serverless:startJobRun",
        "A job of EMR Serverless.",
        required="ApplicationId ExecutionRoleArn",
        optional="job_name=Name JobDriver ConfigurationOverrides ExecutionTimeoutMinutes",
        waits="response job",
    )
    eks_job = named(
        "eks_job",
        "eks:runJob",
        "A Kubernetes job in an EKS cluster.",
        required="ClusterName CertificateAuthority Endpoint Job",
        optional="Namespace LogOptions",
        waits="response job callback",
    )
    eks_call = named(
        "eks_call",
        "eks:call",
        "A request to the Kubernetes API of an EKS cluster.",
        required="ClusterName CertificateAuthority Endpoint Method Path",
        optional="query=QueryParameters body=RequestBody",
    )
    sagemaker_training = named(
        "sagemaker_training",
        "sagemaker:createTrainingJob",
        "A training job of SageMaker.",
        required="TrainingJobName RoleArn OutputDataConfig",
        optional="AlgorithmSpecification HyperParameters InputDataConfig ResourceConfig StoppingCondition",
        waits="response job",
    )
    sagemaker_transform = named(
        "sagemaker_transform",
        "sagemaker:createTransformJob",
        "A batch transform job of SageMaker.",
        required="TransformJobName ModelName TransformInput TransformOutput TransformResources",
        waits="response job",
    )
    sagemaker_processing = named(
        "sagemaker_processing",
        "sagemaker:createProcessingJob",
        "A processing job of SageMaker.",
        required="ProcessingJobName ProcessingResources AppSpecification RoleArn",
        optional="ProcessingInputs ProcessingOutputConfig StoppingCondition Environment",
        waits="response job",
    )
    mediaconvert_job = named(
        "mediaconvert_job",
        "mediaconvert:createJob",
        "A transcoding job of MediaConvert.",
        required="Role Settings",
        optional="Queue JobTemplate UserMetadata",
        waits="response job",
    )
    api_gateway = named(
        "api_gateway",
        "apigateway:invoke",
        "A request to an API of API Gateway.",
        required="ApiEndpoint Method",
        optional="Stage Path Headers query=QueryParameters body=RequestBody AuthType AllowNullValues",
        waits="response callback",
    )
