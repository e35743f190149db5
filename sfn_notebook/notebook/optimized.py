"""Optimized integrations by name: each method below is one line of a table, made by `named`."""

from __future__ import annotations

from sfn_notebook.notebook.named import named
from sfn_notebook.notebook.tasks import Tasks


class Optimized(Tasks):
    """Adds Task states that run a job or ask a service; what all tasks take is said at `Tasks`."""

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
