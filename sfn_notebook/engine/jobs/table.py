"""Every job that a Task can wait for with `.sync`: how it is looked at, when it is over, what comes of it.

One row per action, all in the keys of tasks (PascalCase), told in JMESPath. `arguments` are the task's parameters,
`started` is the answer of the call that started the job, `id` is a new id of 32 hexadecimal digits. Sources, read
2026-11: the service's page below https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and
the statuses in botocore's models. Nested executions are no row here: the engine runs those itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Job:
    """One row.

    Attributes:
        service: boto3's name of the service.
        start: The operation that starts it.
        look: The operation that tells how it does.
        ask: Its parameters.
        found: Where the description stands in its answer: a member, a member and `[0]`, or "@".
        status: Where the status stands in the description.
        good: The statuses of success, the usual one first.
        bad: The statuses of failure, that of a job which failed by itself first, that of a stopped one last.
        output: What the task gives, made of the description.
        reason: Where the description says why it failed.
        failed: When it failed although the status is good.
        gone: It is over when the description is no longer there.
        stop: The operation that stops it, and its parameters.
        running: The status of a simulated job that runs.
        names: What a simulated job can be known by: values of the start operation's own parameters.
        key: What tells it from others of its kind (one name or several), from the start operation's own parameters
            and answer; and where the same thing stands in `look`'s parameters and in those of `stop`.
        made: The start operation's own answer, for a simulated one.
        born: What a simulated one's description begins with, besides the parameters of the same names.
        ended: What is added to it when it has ended well; `seconds` is how long it took.
        broken: What is added when it has failed.
    """

    service: str
    start: str
    look: str
    ask: str
    found: str
    status: str
    good: tuple[str, ...]
    bad: tuple[str, ...] = ()
    output: str = "@"
    reason: str | None = None
    failed: str | None = None
    gone: bool = False
    stop: tuple[str, str] | None = None
    running: str = "RUNNING"
    names: str = "arguments.Name"
    key: tuple[str, str, str | None] = ("arguments.Name", "Name", None)
    made: str = "`{}`"
    born: str = "`{}`"
    ended: str = "`{}`"
    broken: str = "`{}`"


def _arn(service: str, *parts: str) -> str:
    """A JMESPath expression for an ARN of the session."""
    pieces = ", ".join((f"'arn:aws:{service}:'", "region", "':'", "account", "':'", *parts))
    return f"join('', [{pieces}])"


def _build(kind: str, start: str, names: str) -> Job:
    """A build or a batch of builds of CodeBuild."""
    plural, status = (f"{kind}s", "BuildStatus") if kind == "Build" else (f"{kind}es", "BuildBatchStatus")
    slug = "build" if kind == "Build" else "build-batch"
    arn = _arn("codebuild", f"'{slug}/'", "arguments.ProjectName || 'project'", "':'", "id")
    born = (
        f"{{Id: join(':', [arguments.ProjectName || 'project', id]), Arn: {arn},"
        f" ProjectName: arguments.ProjectName, {status}: 'IN_PROGRESS', CurrentPhase: 'QUEUED'}}"
    )
    return Job(
        service="codebuild",
        start=start,
        look=f"BatchGet{plural}",
        ask=f"{{Ids: [started.{kind}.Id]}}",
        found=f"{plural}[0]",
        status=status,
        good=("SUCCEEDED",),
        bad=("FAILED", "FAULT", "TIMED_OUT", "STOPPED"),
        output=f"{{{kind}: @}}",
        stop=(f"Stop{kind}", f"{{Id: started.{kind}.Id}}"),
        running="IN_PROGRESS",
        names=names,
        key=(f"started.{kind}.Id", "Ids", "Id"),
        made=f"{{{kind}: {born}}}",
        born=f"started.{kind}",
        ended="{CurrentPhase: 'COMPLETED'}",
        broken="{CurrentPhase: 'COMPLETED'}",
    )


def _cluster_part(kind: str, verb: str, name: str) -> Job:
    """Something of EKS being created or deleted."""
    delete = verb == "Delete"
    state = "DELETING" if delete else "CREATING"
    prefix = "" if kind == "Cluster" else f"{verb.upper()}_"
    born = f"{{{name}: arguments.{name}, Status: '{state}'}}"
    ask = f"{{{name}: arguments.{name}, ClusterName: arguments.ClusterName}}"
    return Job(
        service="eks",
        start=f"{verb}{kind}",
        look=f"Describe{kind}",
        ask=ask if kind != "Cluster" else "{Name: arguments.Name}",
        found=kind,
        status="Status",
        good=("DELETED",) if delete else ("ACTIVE",),
        bad=(f"{prefix}FAILED",),
        output=f"{{{kind}: @}}",
        gone=delete,
        running=state,
        names=f"arguments.{name}",
        key=(f"arguments.{name}", name, None),
        made=f"{{{kind}: {born}}}",
        born=f"started.{kind}",
    )


def _application(start: str, good: tuple[str, ...], *, made: str = "`{}`", running: str, gone: bool = False) -> Job:
    """An application of EMR Serverless being created, started, stopped or deleted."""
    new = start == "CreateApplication"
    where = "started.ApplicationId" if new else "arguments.ApplicationId"
    return Job(
        service="emr-serverless",
        start=start,
        look="GetApplication",
        ask=f"{{ApplicationId: {where}}}",
        found="Application",
        status="State",
        good=good,
        bad=("TERMINATED",) if "TERMINATED" not in good else (),
        reason="StateDetails",
        gone=gone,
        running=running,
        names="arguments.Name" if new else "arguments.ApplicationId",
        key=(where, "ApplicationId", None),
        made=made,
        born="started" if new else "{ApplicationId: arguments.ApplicationId}",
    )


def _sagemaker(kind: str, slug: str, ended: str = "`{}`") -> Job:
    """A job of SageMaker."""
    arn = _arn("sagemaker", f"'{slug}/'", f"arguments.{kind}Name")
    return Job(
        service="sagemaker",
        start=f"Create{kind}",
        look=f"Describe{kind}",
        ask=f"{{{kind}Name: arguments.{kind}Name}}",
        found="@",
        status=f"{kind}Status",
        good=("Completed",),
        bad=("Failed", "Stopped"),
        reason="FailureReason",
        stop=(f"Stop{kind}", f"{{{kind}Name: arguments.{kind}Name}}"),
        running="InProgress",
        names=f"arguments.{kind}Name",
        key=(f"arguments.{kind}Name", f"{kind}Name", f"{kind}Name"),
        made=f"{{{kind}Arn: {arn}}}",
        born="started",
        ended=ended,
    )


_BATCH_JOB = _arn("batch", "'job/'", "id")
_CUSTOMIZATION = _arn("bedrock", "'model-customization-job/'", "id")
_EMR_CLUSTER = _arn("elasticmapreduce", "'cluster/j-'", "id")
_APPLICATION = _arn("emr-serverless", "'/applications/'", "id")
_MEDIA_JOB = _arn("mediaconvert", "'jobs/'", "id")
_CONTAINERS_RUN = _arn("emr-containers", "'/virtualclusters/'", "arguments.VirtualClusterId", "'/jobruns/'", "id")
_SERVERLESS_RUN = _arn("emr-serverless", "'/applications/'", "arguments.ApplicationId", "'/jobruns/'", "id")
_STOPPED = "The task was stopped by AWS Step Functions."
_CONTAINER = "{{Name: 'main', LastStatus: '{}', TaskArn: started.Tasks[0].TaskArn, ExitCode: `{}`}}"
_TASK = _arn("ecs", "'task/'", "arguments.Cluster || 'default'", "'/'", "id")
_CLUSTER = _arn("ecs", "'cluster/'", "arguments.Cluster || 'default'")

JOBS: Final[Mapping[str, Job]] = {
    "athena:startQueryExecution": Job(
        service="athena",
        start="StartQueryExecution",
        look="GetQueryExecution",
        ask="{QueryExecutionId: started.QueryExecutionId}",
        found="QueryExecution",
        status="Status.State",
        good=("SUCCEEDED",),
        bad=("FAILED", "CANCELLED"),
        output="{QueryExecution: @}",
        reason="Status.StateChangeReason",
        stop=("StopQueryExecution", "{QueryExecutionId: started.QueryExecutionId}"),
        names="[arguments.WorkGroup, arguments.QueryExecutionContext.Database, arguments.QueryString]",
        key=("started.QueryExecutionId", "QueryExecutionId", "QueryExecutionId"),
        made="{QueryExecutionId: id}",
        born="{QueryExecutionId: started.QueryExecutionId, Query: arguments.QueryString}",
    ),
    "batch:submitJob": Job(
        service="batch",
        start="SubmitJob",
        look="DescribeJobs",
        ask="{Jobs: [started.JobId]}",
        found="Jobs[0]",
        status="Status",
        good=("SUCCEEDED",),
        bad=("FAILED",),
        reason="StatusReason",
        stop=("TerminateJob", f"{{JobId: started.JobId, Reason: '{_STOPPED}'}}"),
        names="[arguments.JobName, arguments.JobDefinition, arguments.JobQueue]",
        key=("started.JobId", "Jobs", "JobId"),
        made=f"{{JobArn: {_BATCH_JOB}, JobId: id, JobName: arguments.JobName}}",
        born="started",
        ended="{Container: {ExitCode: `0`}}",
        broken="{Container: {ExitCode: `1`}}",
    ),
    "bedrock:createModelCustomizationJob": Job(
        service="bedrock",
        start="CreateModelCustomizationJob",
        look="GetModelCustomizationJob",
        ask="{JobIdentifier: arguments.JobName}",
        found="@",
        status="Status",
        good=("Completed",),
        bad=("Failed", "Stopped"),
        reason="FailureMessage",
        stop=("StopModelCustomizationJob", "{JobIdentifier: arguments.JobName}"),
        running="InProgress",
        names="[arguments.JobName, arguments.CustomModelName]",
        key=("[arguments.JobName, started.JobArn]", "JobIdentifier", "JobIdentifier"),
        made=f"{{JobArn: {_CUSTOMIZATION}}}",
        born="{JobArn: started.JobArn, OutputModelName: arguments.CustomModelName}",
    ),
    "codebuild:startBuild": _build("Build", "StartBuild", "arguments.ProjectName"),
    "codebuild:startBuildBatch": _build("BuildBatch", "StartBuildBatch", "arguments.ProjectName"),
    "codebuild:retryBuildBatch": _build("BuildBatch", "RetryBuildBatch", "arguments.Id"),
    "databrew:startJobRun": Job(
        service="databrew",
        start="StartJobRun",
        look="DescribeJobRun",
        ask="{Name: arguments.Name, RunId: started.RunId}",
        found="@",
        status="State",
        good=("SUCCEEDED",),
        bad=("FAILED", "TIMEOUT", "STOPPED"),
        reason="ErrorMessage",
        stop=("StopJobRun", "{Name: arguments.Name, RunId: started.RunId}"),
        key=("started.RunId", "RunId", "RunId"),
        made="{RunId: join('', ['db_', id])}",
        born="{RunId: started.RunId, JobName: arguments.Name, Attempt: `0`}",
        ended="{ExecutionTime: seconds}",
    ),
    "ecs:runTask": Job(
        service="ecs",
        start="RunTask",
        look="DescribeTasks",
        ask="{Cluster: arguments.Cluster, Tasks: [started.Tasks[0].TaskArn]}",
        found="Tasks[0]",
        status="LastStatus",
        good=("STOPPED",),
        reason="StoppedReason",
        # a container that is not essential may exit as it likes, but a description does not tell which those are
        failed="StopCode == 'TaskFailedToStart' || Containers[?ExitCode != `null` && ExitCode != `0`]",
        stop=(
            "StopTask",
            f"{{Cluster: arguments.Cluster, Task: started.Tasks[0].TaskArn, Reason: '{_STOPPED}'}}",
        ),
        names="arguments.TaskDefinition",
        key=("started.Tasks[0].TaskArn", "Tasks", "Task"),
        made=f"{{Tasks: [{{TaskArn: {_TASK}, ClusterArn: {_CLUSTER}, TaskDefinitionArn: arguments.TaskDefinition,"
        " LastStatus: 'PROVISIONING', DesiredStatus: 'RUNNING', LaunchType: arguments.LaunchType,"
        " Group: arguments.Group, Containers: [{Name: 'main', LastStatus: 'PENDING'}]}], Failures: `[]`}",
        born="started.Tasks[0]",
        ended=f"{{DesiredStatus: 'STOPPED', StopCode: 'EssentialContainerExited', "
        f"Containers: [{_CONTAINER.format('STOPPED', 0)}]}}",
        broken=f"{{DesiredStatus: 'STOPPED', StopCode: 'EssentialContainerExited', "
        f"Containers: [{_CONTAINER.format('STOPPED', 1)}]}}",
    ),
    "eks:createCluster": _cluster_part("Cluster", "Create", "Name"),
    "eks:deleteCluster": _cluster_part("Cluster", "Delete", "Name"),
    "eks:createFargateProfile": _cluster_part("FargateProfile", "Create", "FargateProfileName"),
    "eks:deleteFargateProfile": _cluster_part("FargateProfile", "Delete", "FargateProfileName"),
    "eks:createNodegroup": _cluster_part("Nodegroup", "Create", "NodegroupName"),
    "eks:deleteNodegroup": _cluster_part("Nodegroup", "Delete", "NodegroupName"),
    # the Kubernetes API of a cluster, which no client of boto3 speaks; there are only simulated ones here
    "eks:runJob": Job(
        service="eks",
        start="RunJob",
        look="GetJob",
        ask="{Name: started.ResponseBody.metadata.uid}",
        found="@",
        status="status.phase",
        good=("Complete",),
        bad=("Failed",),
        reason="status.conditions[0].message",
        stop=("DeleteJob", "{Name: started.ResponseBody.metadata.uid}"),
        running="Active",
        names="[arguments.Job.metadata.name, arguments.ClusterName]",
        key=("started.ResponseBody.metadata.uid", "Name", "Name"),
        made="{StatusCode: `201`, ResponseBody: {apiVersion: 'batch/v1', kind: 'Job', metadata:"
        " {name: arguments.Job.metadata.name, uid: id}, spec: arguments.Job.spec, status: `{}`}}",
        born="started.ResponseBody",
        ended="{status: {succeeded: `1`, conditions: [{type: 'Complete', status: 'True'}]}}",
        broken="{status: {failed: `1`, conditions: [{type: 'Failed', status: 'True'}]}}",
    ),
    "elasticmapreduce:createCluster": Job(
        service="emr",
        start="RunJobFlow",
        look="DescribeCluster",
        ask="{ClusterId: started.ClusterId}",
        found="Cluster",
        status="Status.State",
        good=("WAITING", "RUNNING"),
        bad=("TERMINATED_WITH_ERRORS", "TERMINATING", "TERMINATED"),
        output="{ClusterId: Id, ClusterArn: ClusterArn, Cluster: @}",
        reason="Status.StateChangeReason.Message",
        stop=("TerminateJobFlows", "{JobFlowIds: [started.ClusterId]}"),
        running="STARTING",
        key=("started.JobFlowId", "ClusterId", "JobFlowIds"),
        made=f"{{JobFlowId: join('', ['j-', id]), ClusterArn: {_EMR_CLUSTER}}}",
        born="{Id: started.JobFlowId, ClusterArn: started.ClusterArn}",
    ),
    "elasticmapreduce:terminateCluster": Job(
        service="emr",
        start="TerminateJobFlows",
        look="DescribeCluster",
        ask="{ClusterId: arguments.ClusterId}",
        found="Cluster",
        status="Status.State",
        good=("TERMINATED", "TERMINATED_WITH_ERRORS"),
        running="TERMINATING",
        names="arguments.JobFlowIds",
        key=("arguments.JobFlowIds[0]", "ClusterId", None),
        born="{Id: arguments.JobFlowIds[0]}",
    ),
    "elasticmapreduce:addStep": Job(
        service="emr",
        start="AddJobFlowSteps",
        look="DescribeStep",
        ask="{ClusterId: arguments.ClusterId, StepId: started.StepId}",
        found="Step",
        status="Status.State",
        good=("COMPLETED",),
        bad=("FAILED", "INTERRUPTED", "CANCELLED"),
        output="{Step: @}",
        reason="Status.FailureDetails.Message",
        stop=("CancelSteps", "{ClusterId: arguments.ClusterId, StepIds: [started.StepId]}"),
        names="arguments.Steps[].Name",
        key=("started.StepIds[0]", "StepId", "StepIds"),
        made="{StepIds: [join('', ['s-', id])]}",
        born="{Id: started.StepIds[0], Name: arguments.Steps[0].Name,"
        " ActionOnFailure: arguments.Steps[0].ActionOnFailure}",
    ),
    "emr-containers:startJobRun": Job(
        service="emr-containers",
        start="StartJobRun",
        look="DescribeJobRun",
        ask="{Id: started.Id, VirtualClusterId: arguments.VirtualClusterId}",
        found="JobRun",
        status="State",
        good=("COMPLETED",),
        bad=("FAILED", "CANCELLED"),
        reason="StateDetails",
        stop=("CancelJobRun", "{Id: started.Id, VirtualClusterId: arguments.VirtualClusterId}"),
        names="[arguments.Name, arguments.VirtualClusterId]",
        key=("started.Id", "Id", "Id"),
        made=f"{{Id: id, Name: arguments.Name, VirtualClusterId: arguments.VirtualClusterId, Arn: {_CONTAINERS_RUN}}}",
        born="started",
    ),
    "emr-containers:deleteVirtualCluster": Job(
        service="emr-containers",
        start="DeleteVirtualCluster",
        look="DescribeVirtualCluster",
        ask="{Id: arguments.Id}",
        found="VirtualCluster",
        status="State",
        good=("TERMINATED",),
        bad=("ARRESTED",),
        gone=True,
        running="TERMINATING",
        names="arguments.Id",
        key=("arguments.Id", "Id", None),
        made="{Id: arguments.Id}",
        born="started",
    ),
    "emr-serverless:createApplication": _application(
        "CreateApplication",
        ("CREATED", "STARTING", "STARTED"),
        made=f"{{ApplicationId: id, Name: arguments.Name, Arn: {_APPLICATION}}}",
        running="CREATING",
    ),
    "emr-serverless:startApplication": _application("StartApplication", ("STARTED",), running="STARTING"),
    "emr-serverless:stopApplication": _application("StopApplication", ("STOPPED",), running="STOPPING"),
    "emr-serverless:deleteApplication": _application(
        "DeleteApplication", ("TERMINATED",), running="STOPPED", gone=True
    ),
    "emr-serverless:startJobRun": Job(
        service="emr-serverless",
        start="StartJobRun",
        look="GetJobRun",
        ask="{ApplicationId: arguments.ApplicationId, JobRunId: started.JobRunId}",
        found="JobRun",
        status="State",
        good=("SUCCESS",),
        bad=("FAILED", "CANCELLED"),
        reason="StateDetails",
        stop=("CancelJobRun", "{ApplicationId: arguments.ApplicationId, JobRunId: started.JobRunId}"),
        names="[arguments.Name, arguments.ApplicationId]",
        key=("started.JobRunId", "JobRunId", "JobRunId"),
        made=f"{{ApplicationId: arguments.ApplicationId, JobRunId: id, Arn: {_SERVERLESS_RUN}}}",
        born="merge(started, {ExecutionRole: arguments.ExecutionRoleArn, Attempt: `1`})",
        ended="{TotalExecutionDurationSeconds: seconds}",
    ),
    "emr-serverless:cancelJobRun": Job(
        service="emr-serverless",
        start="CancelJobRun",
        look="GetJobRun",
        ask="{ApplicationId: arguments.ApplicationId, JobRunId: arguments.JobRunId}",
        found="JobRun",
        status="State",
        good=("CANCELLED", "SUCCESS", "FAILED"),
        running="CANCELLING",
        names="[arguments.JobRunId, arguments.ApplicationId]",
        key=("arguments.JobRunId", "JobRunId", None),
        made="{ApplicationId: arguments.ApplicationId, JobRunId: arguments.JobRunId}",
        born="started",
    ),
    "glue:startJobRun": Job(
        service="glue",
        start="StartJobRun",
        look="GetJobRun",
        ask="{JobName: arguments.JobName, RunId: started.JobRunId}",
        found="JobRun",
        status="JobRunState",
        good=("SUCCEEDED",),
        bad=("FAILED", "ERROR", "TIMEOUT", "EXPIRED", "STOPPED"),
        reason="ErrorMessage",
        stop=("BatchStopJobRun", "{JobName: arguments.JobName, JobRunIds: [started.JobRunId]}"),
        names="arguments.JobName",
        key=("started.JobRunId", "RunId", "JobRunIds"),
        made="{JobRunId: join('', ['jr_', id])}",
        born="{Id: started.JobRunId, Attempt: `0`, PredecessorRuns: `[]`}",
        ended="{ExecutionTime: seconds}",
        broken="{ExecutionTime: seconds}",
    ),
    "mediaconvert:createJob": Job(
        service="mediaconvert",
        start="CreateJob",
        look="GetJob",
        ask="{Id: started.Job.Id}",
        found="Job",
        status="Status",
        good=("COMPLETE",),
        bad=("ERROR", "CANCELED"),
        output="{Job: @}",
        reason="ErrorMessage",
        stop=("CancelJob", "{Id: started.Job.Id}"),
        running="PROGRESSING",
        names="[arguments.JobTemplate, arguments.Queue]",
        key=("started.Job.Id", "Id", "Id"),
        made="{Job: {Id: id, Status: 'SUBMITTED', Role: arguments.Role, Settings: arguments.Settings,"
        f" Queue: arguments.Queue, Arn: {_MEDIA_JOB}}}}}",
        born="started.Job",
        ended="{JobPercentComplete: `100`, CurrentPhase: 'UPLOADING'}",
    ),
    "sagemaker:createHyperParameterTuningJob": _sagemaker("HyperParameterTuningJob", "hyper-parameter-tuning-job"),
    "sagemaker:createLabelingJob": _sagemaker("LabelingJob", "labeling-job"),
    "sagemaker:createProcessingJob": _sagemaker("ProcessingJob", "processing-job"),
    "sagemaker:createTrainingJob": _sagemaker(
        "TrainingJob", "training-job", "{SecondaryStatus: 'Completed', TrainingTimeInSeconds: seconds}"
    ),
    "sagemaker:createTransformJob": _sagemaker("TransformJob", "transform-job"),
}
"""The jobs by service and action, as a Task's Resource names them."""
