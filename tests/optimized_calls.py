"""What the tests know of each optimized integration: the smallest call, what it needs, and whether it can run here.

`python tests/optimized_calls.py` prints the table of rows and patterns.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from job_calls import CLUSTER, IMAGE, JOB_CALLS, ROLE

from sfn_notebook.integrations.rows import optimized_rows

NUMBERS = itertools.count()
SMALL = {"InitialInstanceCount": 1, "InstanceType": "ml.m5.large", "InitialVariantWeight": 1}

RUNS, SIMULATED, BUILDS = "runs", "simulated", "builds only"
NO_MOTO = "moto does not know it"
NO_JOB = "moto does not know the job; session.job makes it"
NO_KUBERNETES = "there is no Kubernetes here"

NEVER_ENDS = "moto starts the job and never ends it: it is taken for done after 60 seconds"

OUTCOMES: Mapping[str, tuple[str, str]] = {
    # what is not in it runs: a call that moto or the engine answers, a job that moto starts
    "bedrockagentcore:invokeHarness": (BUILDS, NO_MOTO),
    "codebuild:startBuildBatch": (SIMULATED, NO_JOB),
    "codebuild:startBuildBatch.sync": (SIMULATED, NO_JOB),
    "codebuild:retryBuildBatch": (SIMULATED, NO_JOB),
    "codebuild:retryBuildBatch.sync": (SIMULATED, NO_JOB),
    "codebuild:stopBuildBatch": (BUILDS, NO_MOTO),
    "codebuild:deleteBuildBatch": (BUILDS, NO_MOTO),
    "codebuild:batchDeleteBuilds": (BUILDS, NO_MOTO),
    "codebuild:batchGetReports": (BUILDS, NO_MOTO),
    "databrew:startJobRun": (SIMULATED, NO_JOB),
    "databrew:startJobRun.sync": (SIMULATED, NO_JOB),
    "eks:call": (BUILDS, NO_KUBERNETES),
    "eks:runJob": (SIMULATED, NO_KUBERNETES),
    "eks:runJob.sync": (SIMULATED, NO_KUBERNETES),
    "eks:runJob.waitForTaskToken": (SIMULATED, NO_KUBERNETES),
    "elasticmapreduce:addStep.sync": (RUNS, NEVER_ENDS),
    "emr-containers:startJobRun.sync": (RUNS, NEVER_ENDS),
    "elasticmapreduce:cancelStep": (BUILDS, NO_MOTO),
    "elasticmapreduce:modifyInstanceFleetByName": (BUILDS, NO_MOTO),
    "mediaconvert:createJob": (SIMULATED, NO_JOB),
    "mediaconvert:createJob.sync": (SIMULATED, NO_JOB),
    "sagemaker:createLabelingJob": (SIMULATED, NO_JOB),
    "sagemaker:createLabelingJob.sync": (SIMULATED, NO_JOB),
    "sagemaker:updateEndpoint": (BUILDS, NO_MOTO),
}

ELSEWHERE = {
    "apigateway:invoke": "tests/unit/engine_api/test_api_gateway.py, against a real server",
    "http:invoke": "tests/unit/engine_http_task, against a real server",
}


def outcome(label: str, suffix: str) -> tuple[str, str]:
    """Whether a row can run in the embedded session with this suffix, and why not."""
    return OUTCOMES.get(label + suffix, (RUNS, ""))


def unique(base: str) -> str:
    return f"{base}{next(NUMBERS)}"


# -- what a call needs to be there


def _subnets(world: Any) -> list[str]:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in range(2)]


def _athena(world: Any) -> dict[str, Any]:
    made = world.client("athena").start_query_execution(
        QueryString="SELECT 1", ResultConfiguration={"OutputLocation": "s3://bucket/"}
    )
    return {"QueryExecutionId": made["QueryExecutionId"]}


def _batch(world: Any) -> dict[str, Any]:
    role, batch, names = unique("batch"), world.client("batch"), [unique("batch") for _ in range(3)]
    world.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    environment = batch.create_compute_environment(
        computeEnvironmentName=names[0],
        type="UNMANAGED",
        state="ENABLED",
        serviceRole=f"arn:aws:iam::000000000000:role/{role}",
    )["computeEnvironmentArn"]
    order = [{"order": 1, "computeEnvironment": environment}]
    batch.create_job_queue(jobQueueName=names[1], state="ENABLED", priority=1, computeEnvironmentOrder=order)
    container = {"image": "i", "vcpus": 1, "memory": 10}
    batch.register_job_definition(jobDefinitionName=names[2], type="container", containerProperties=container)
    return {"JobName": "night", "JobQueue": names[1], "JobDefinition": names[2]}


def _bedrock(world: Any) -> dict[str, Any]:
    return {
        **JOB_CALLS["bedrock:createModelCustomizationJob"][0],
        "JobName": unique("job"),
        "CustomModelName": unique("m"),
    }


def _project(world: Any) -> dict[str, Any]:
    name = unique("site")
    world.client("codebuild").create_project(
        name=name,
        source={"type": "S3", "location": "bucket/path"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole="arn:aws:iam::000000000000:role/service-role/my-role",
    )
    return {"ProjectName": name}


def _build(world: Any) -> dict[str, Any]:
    project = _project(world)["ProjectName"]
    return {"Id": world.client("codebuild").start_build(projectName=project)["build"]["id"]}


def _table(world: Any) -> str:
    name = unique("table")
    world.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def _keyed(world: Any) -> dict[str, Any]:
    return {"TableName": _table(world), "Key": {"id": {"S": "1"}}}


def _ecs(world: Any) -> dict[str, Any]:
    ecs, name = world.client("ecs"), unique("family")
    ecs.create_cluster(clusterName="default")
    ecs.register_task_definition(family=name, containerDefinitions=[{"name": "main", "image": "i", "memory": 100}])
    network = {"AwsvpcConfiguration": {"Subnets": _subnets(world)}}
    return {"TaskDefinition": name, "LaunchType": "FARGATE", "NetworkConfiguration": network}


def _cluster(world: Any) -> str:
    name = unique("k8s")
    world.client("eks").create_cluster(name=name, roleArn=ROLE, resourcesVpcConfig={"subnetIds": _subnets(world)})
    return name


def _profile(world: Any, *, made: bool) -> dict[str, Any]:
    cluster, selectors = _cluster(world), [{"namespace": "d"}]
    named = {"ClusterName": cluster, "FargateProfileName": "profile"}
    if made:
        world.client("eks").create_fargate_profile(
            clusterName=cluster, fargateProfileName="profile", podExecutionRoleArn=ROLE, selectors=selectors
        )
        return named
    return {**named, "PodExecutionRoleArn": ROLE, "Selectors": [{"Namespace": "d"}]}


def _nodes(world: Any, *, made: bool) -> dict[str, Any]:
    cluster, subnets = _cluster(world), _subnets(world)
    named = {"ClusterName": cluster, "NodegroupName": "nodes"}
    if made:
        world.client("eks").create_nodegroup(clusterName=cluster, nodegroupName="nodes", subnets=subnets, nodeRole=ROLE)
        return named
    return {**named, "Subnets": subnets, "NodeRole": ROLE}


def _emr(world: Any) -> str:
    return str(world.client("emr").run_job_flow(**CLUSTER)["JobFlowId"])


def _step(world: Any) -> dict[str, Any]:
    return {**JOB_CALLS["elasticmapreduce:addStep"][0], "ClusterId": _emr(world)}


def _virtual(world: Any) -> dict[str, Any]:
    info = {"EksInfo": {"Namespace": unique("ns")}}
    return {"Name": unique("virtual"), "ContainerProvider": {"Id": "k8s", "Type": "EKS", "Info": info}}


def _virtual_cluster(world: Any) -> str:
    provider = {"id": "k8s", "type": "EKS", "info": {"eksInfo": {"namespace": unique("ns")}}}
    return str(
        world.client("emr-containers").create_virtual_cluster(name=unique("v"), containerProvider=provider)["id"]
    )


def _application(world: Any) -> str:
    client = world.client("emr-serverless")
    return str(client.create_application(name=unique("app"), releaseLabel="emr-6.15.0", type="SPARK")["applicationId"])


def _stopped(world: Any) -> dict[str, Any]:
    application = _application(world)
    world.client("emr-serverless").stop_application(applicationId=application)
    return {"ApplicationId": application}


def _serverless_run(world: Any) -> dict[str, Any]:
    application = _application(world)
    run = world.client("emr-serverless").start_job_run(applicationId=application, executionRoleArn=ROLE)
    return {"ApplicationId": application, "JobRunId": run["jobRunId"]}


def _glue(world: Any) -> dict[str, Any]:
    name = unique("job")
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    world.client("glue").create_job(Name=name, Role=ROLE, Command=command)
    return {"JobName": name}


def _model(world: Any) -> str:
    name = unique("model")
    world.client("sagemaker").create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    return name


def _endpoint_config(world: Any) -> dict[str, Any]:
    variants = [{"VariantName": "v", "ModelName": _model(world), **SMALL}]
    return {"EndpointConfigName": unique("config"), "ProductionVariants": variants}


def _endpoint(world: Any) -> dict[str, Any]:
    config = _endpoint_config(world)
    world.client("sagemaker").create_endpoint_config(**config)
    return {"EndpointName": unique("endpoint"), "EndpointConfigName": config["EndpointConfigName"]}


def _sagemaker(kind: str) -> Callable[[Any], dict[str, Any]]:
    arguments = JOB_CALLS[f"sagemaker:create{kind}"][0]
    return lambda world: {**arguments, f"{kind}Name": unique("job")}


def _queue(world: Any) -> dict[str, Any]:
    return {"QueueUrl": world.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"], "MessageBody": "m"}


def _topic(world: Any) -> dict[str, Any]:
    return {"TopicArn": world.client("sns").create_topic(Name=unique("topic"))["TopicArn"], "Message": "m"}


def _function(world: Any) -> dict[str, Any]:
    world.put_function("echo", lambda event, context: event)
    return {"FunctionName": "echo", "Payload": {"a": 1}}


def _machine(world: Any) -> dict[str, Any]:
    definition = '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}'
    client = world.client("stepfunctions")
    made = client.create_state_machine(name=unique("child"), definition=definition, roleArn=ROLE)
    return {"StateMachineArn": made["stateMachineArn"], "Input": {"a": 1}}


def _job(label: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: JOB_CALLS[label][0]


CALLS: dict[str, Callable[[Any], dict[str, Any]]] = {
    **{label: _job(label) for label in JOB_CALLS},
    "athena:stopQueryExecution": _athena,
    "athena:getQueryExecution": _athena,
    "athena:getQueryResults": _athena,
    "batch:submitJob": _batch,
    "bedrock:createModelCustomizationJob": _bedrock,
    "bedrock:invokeModel": lambda world: {"ModelId": "m", "Body": {"prompt": "hi"}},
    "bedrockagentcore:invokeHarness": lambda world: {
        "HarnessArn": "arn:aws:bedrock-agentcore:us-east-1:000000000000:harness/h",
        "RuntimeSessionId": "0" * 36,
        "Messages": [],
    },
    "codebuild:startBuild": _project,
    "codebuild:stopBuild": _build,
    "codebuild:batchDeleteBuilds": lambda world: {"Ids": ["site:1"]},
    "codebuild:batchGetReports": lambda world: {"ReportArns": ["arn:aws:codebuild:us-east-1:000000000000:report/r"]},
    "codebuild:stopBuildBatch": lambda world: {"Id": "site:1"},
    "codebuild:deleteBuildBatch": lambda world: {"Id": "site:1"},
    "dynamodb:getItem": _keyed,
    "dynamodb:deleteItem": _keyed,
    "dynamodb:updateItem": lambda world: {
        **_keyed(world),
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    },
    "dynamodb:putItem": lambda world: {"TableName": _table(world), "Item": {"id": {"S": "1"}}},
    "ecs:runTask": _ecs,
    "eks:createCluster": lambda world: {
        "Name": unique("k8s"),
        "RoleArn": ROLE,
        "ResourcesVpcConfig": {"SubnetIds": _subnets(world)},
    },
    "eks:deleteCluster": lambda world: {"Name": _cluster(world)},
    "eks:createFargateProfile": lambda world: _profile(world, made=False),
    "eks:deleteFargateProfile": lambda world: _profile(world, made=True),
    "eks:createNodegroup": lambda world: _nodes(world, made=False),
    "eks:deleteNodegroup": lambda world: _nodes(world, made=True),
    "eks:call": lambda world: {
        "ClusterName": "k8s",
        "CertificateAuthority": "…",
        "Endpoint": "https://k8s.example.com",
        "Method": "GET",
        "Path": "/api/v1/pods",
    },
    "elasticmapreduce:setClusterTerminationProtection": lambda world: {
        "ClusterId": _emr(world),
        "TerminationProtected": True,
    },
    "elasticmapreduce:terminateCluster": lambda world: {"ClusterId": _emr(world)},
    "elasticmapreduce:addStep": _step,
    "elasticmapreduce:cancelStep": lambda world: {"ClusterId": _emr(world), "StepId": "s-1"},
    "elasticmapreduce:modifyInstanceFleetByName": lambda world: {
        "ClusterId": _emr(world),
        "InstanceFleetName": "master",
        "InstanceFleet": {"TargetOnDemandCapacity": 1},
    },
    "elasticmapreduce:modifyInstanceGroupByName": lambda world: {
        "ClusterId": _emr(world),
        "InstanceGroupName": "master",
        "InstanceGroup": {"InstanceCount": 1},
    },
    "emr-containers:createVirtualCluster": _virtual,
    "emr-containers:deleteVirtualCluster": lambda world: {"Id": _virtual_cluster(world)},
    "emr-containers:startJobRun": lambda world: {
        **JOB_CALLS["emr-containers:startJobRun"][0],
        "VirtualClusterId": _virtual_cluster(world),
    },
    "emr-serverless:startApplication": lambda world: {"ApplicationId": _application(world)},
    "emr-serverless:stopApplication": lambda world: {"ApplicationId": _application(world)},
    "emr-serverless:deleteApplication": _stopped,
    "emr-serverless:startJobRun": lambda world: {
        **JOB_CALLS["emr-serverless:startJobRun"][0],
        "ApplicationId": _application(world),
    },
    "emr-serverless:cancelJobRun": _serverless_run,
    "events:putEvents": lambda world: {"Entries": [{"Source": "s", "DetailType": "t", "Detail": {"a": 1}}]},
    "glue:startJobRun": _glue,
    "lambda:invoke": _function,
    "sagemaker:createModel": lambda world: {
        "ModelName": unique("model"),
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE},
    },
    "sagemaker:createEndpointConfig": _endpoint_config,
    "sagemaker:createEndpoint": _endpoint,
    "sagemaker:updateEndpoint": _endpoint,
    **{
        f"sagemaker:create{kind}": _sagemaker(kind)
        for kind in ("HyperParameterTuningJob", "ProcessingJob", "TrainingJob", "TransformJob")
    },
    "sns:publish": _topic,
    "sqs:sendMessage": _queue,
    "states:startExecution": _machine,
}


def main() -> None:
    """The table, for people."""
    sys.stdout.write("| resource | request-response | .sync | .waitForTaskToken | why |\n|---|---|---|---|---|\n")
    for label, row in optimized_rows().items():
        cells, reasons = [], []
        for suffixes in (("",), (".sync", ".sync:2"), (".waitForTaskToken",)):
            told = [outcome(label, suffix) for suffix in suffixes if suffix in row.suffixes]
            cells.append(told[0][0] if told else "–")
            reasons += [reason for _, reason in told if reason and reason not in reasons]
        sys.stdout.write(f"| {label} | {' | '.join(cells)} | {'; '.join(reasons)} |\n")


if __name__ == "__main__":
    main()
