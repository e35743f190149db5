"""For each job of a `.sync` task the smallest call that starts it, and the name it is known by."""

ROLE = "arn:aws:iam::000000000000:role/long-enough-for-everybody"
CLUSTER = {
    "Name": "spark",
    "Instances": {"InstanceCount": 1, "MasterInstanceType": "m5.xlarge", "KeepJobFlowAliveWhenNoSteps": True},
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "ServiceRole": "EMR_DefaultRole",
    "ReleaseLabel": "emr-6.15.0",
}
S3 = "s3://bucket/key"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/image:1"
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
VPC = {"SubnetIds": ["subnet-1", "subnet-2"]}

JOB_CALLS = {
    "athena:startQueryExecution": (
        {
            "QueryString": "SELECT 1",
            "WorkGroup": "primary",
            "ResultConfiguration": {"OutputLocation": "s3://bucket/"},
        },
        "primary",
    ),
    "batch:submitJob": ({"JobName": "night", "JobQueue": "queue", "JobDefinition": "nightly:3"}, "nightly"),
    "bedrock:createModelCustomizationJob": (
        {
            "JobName": "tune",
            "CustomModelName": "mine",
            "RoleArn": ROLE,
            "BaseModelIdentifier": "amazon.titan-text-lite-v1",
            "TrainingDataConfig": {"S3Uri": S3},
            "OutputDataConfig": {"S3Uri": S3},
            "HyperParameters": {"epochCount": "1"},
        },
        "tune",
    ),
    "codebuild:startBuild": ({"ProjectName": "site"}, "site"),
    "codebuild:startBuildBatch": ({"ProjectName": "site"}, "site"),
    "codebuild:retryBuildBatch": ({"Id": "site:1"}, "site"),
    "databrew:startJobRun": ({"Name": "clean"}, "clean"),
    "ecs:runTask": (
        {"Cluster": "default", "TaskDefinition": "nightly", "LaunchType": "FARGATE"},
        "nightly",
    ),
    "eks:createCluster": ({"Name": "k8s", "RoleArn": ROLE, "ResourcesVpcConfig": VPC}, "k8s"),
    "eks:deleteCluster": ({"Name": "k8s"}, "k8s"),
    "eks:createFargateProfile": (
        {"ClusterName": "k8s", "FargateProfileName": "profile", "PodExecutionRoleArn": ROLE, "Selectors": []},
        "profile",
    ),
    "eks:deleteFargateProfile": ({"ClusterName": "k8s", "FargateProfileName": "profile"}, "profile"),
    "eks:createNodegroup": (
        {"ClusterName": "k8s", "NodegroupName": "nodes", "Subnets": ["subnet-1"], "NodeRole": ROLE},
        "nodes",
    ),
    "eks:deleteNodegroup": ({"ClusterName": "k8s", "NodegroupName": "nodes"}, "nodes"),
    "eks:runJob": (
        {
            "ClusterName": "k8s",
            "CertificateAuthority": "…",
            "Endpoint": "https://k8s.example.com",
            "Job": {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "pi"}, "spec": {"template": {}}},
        },
        "pi",
    ),
    "elasticmapreduce:createCluster": (CLUSTER, "spark"),
    "elasticmapreduce:terminateCluster": ({"ClusterId": "j-1"}, "j-1"),
    "elasticmapreduce:addStep": (
        {
            "ClusterId": "j-1",
            "Step": {"Name": "count", "ActionOnFailure": "CONTINUE", "HadoopJarStep": {"Jar": "command-runner.jar"}},
        },
        "count",
    ),
    "emr-containers:startJobRun": (
        {
            "Name": "spark",
            "VirtualClusterId": "v1",
            "ExecutionRoleArn": ROLE,
            "ReleaseLabel": "emr-6.15.0-latest",
            "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": S3}},
        },
        "spark",
    ),
    "emr-containers:deleteVirtualCluster": ({"Id": "v1"}, "v1"),
    "emr-serverless:createApplication": ({"Name": "app", "ReleaseLabel": "emr-6.15.0", "Type": "SPARK"}, "app"),
    "emr-serverless:startApplication": ({"ApplicationId": "a1"}, "a1"),
    "emr-serverless:stopApplication": ({"ApplicationId": "a1"}, "a1"),
    "emr-serverless:deleteApplication": ({"ApplicationId": "a1"}, "a1"),
    "emr-serverless:startJobRun": (
        {
            "ApplicationId": "a1",
            "Name": "spark",
            "ExecutionRoleArn": ROLE,
            "JobDriver": {"SparkSubmit": {"EntryPoint": S3}},
        },
        "spark",
    ),
    "emr-serverless:cancelJobRun": ({"ApplicationId": "a1", "JobRunId": "r1"}, "r1"),
    "glue:startJobRun": ({"JobName": "nightly", "Arguments": {"--day": "monday"}}, "nightly"),
    "mediaconvert:createJob": ({"Role": ROLE, "JobTemplate": "hls", "Settings": {}}, "hls"),
    "sagemaker:createHyperParameterTuningJob": (
        {
            "HyperParameterTuningJobName": "search",
            "HyperParameterTuningJobConfig": {
                "Strategy": "Bayesian",
                "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            },
        },
        "search",
    ),
    "sagemaker:createLabelingJob": (
        {
            "LabelingJobName": "labels",
            "LabelAttributeName": "label",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": S3}}},
            "OutputConfig": {"S3OutputPath": S3},
            "RoleArn": ROLE,
            "HumanTaskConfig": {
                "WorkteamArn": "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/team",
                "UiConfig": {"UiTemplateS3Uri": S3},
                "TaskTitle": "Which?",
                "TaskDescription": "Which is it?",
                "NumberOfHumanWorkersPerDataObject": 1,
                "TaskTimeLimitInSeconds": 60,
            },
        },
        "labels",
    ),
    "sagemaker:createProcessingJob": (
        {
            "ProcessingJobName": "process",
            "RoleArn": ROLE,
            "AppSpecification": {"ImageUri": IMAGE},
            "ProcessingResources": {"ClusterConfig": RESOURCES},
        },
        "process",
    ),
    "sagemaker:createTrainingJob": (
        {
            "TrainingJobName": "train",
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": S3},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
        "train",
    ),
    "sagemaker:createTransformJob": (
        {
            "TransformJobName": "transform",
            "ModelName": "model",
            "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": S3}}},
            "TransformOutput": {"S3OutputPath": S3},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        },
        "transform",
    ),
}
