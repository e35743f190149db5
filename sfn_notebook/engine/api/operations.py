"""The dispatch table: every operation of the service model, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.engine.api.activities import (
    create_activity,
    delete_activity,
    describe_activity,
    get_activity_task,
    list_activities,
)
from sfn_notebook.engine.api.executions import (
    describe_execution,
    list_executions,
    start_execution,
    start_sync_execution,
    stop_execution,
)
from sfn_notebook.engine.api.histories import get_execution_history
from sfn_notebook.engine.api.machines import (
    create_state_machine,
    delete_state_machine,
    describe_state_machine,
    describe_state_machine_for_execution,
    list_state_machines,
    update_state_machine,
)
from sfn_notebook.engine.api.map_runs import describe_map_run, list_map_runs, update_map_run
from sfn_notebook.engine.api.redrives import redrive_execution
from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.api.tags import list_tags_for_resource, tag_resource, untag_resource
from sfn_notebook.engine.api.teststate import run_test_state
from sfn_notebook.engine.api.tokens import send_task_failure, send_task_heartbeat, send_task_success
from sfn_notebook.engine.api.validate import validate_state_machine_definition
from sfn_notebook.engine.api.versions import (
    create_state_machine_alias,
    delete_state_machine_alias,
    delete_state_machine_version,
    describe_state_machine_alias,
    list_state_machine_aliases,
    list_state_machine_versions,
    publish_state_machine_version,
    update_state_machine_alias,
)

Operation = Callable[[Store, dict[str, Any]], dict[str, Any]]
"""Takes the request's members and gives the answer's; times are epoch seconds. Raises Fault."""


OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "CreateActivity": create_activity,
        "CreateStateMachine": create_state_machine,
        "CreateStateMachineAlias": create_state_machine_alias,
        "DeleteActivity": delete_activity,
        "DeleteStateMachine": delete_state_machine,
        "DeleteStateMachineAlias": delete_state_machine_alias,
        "DeleteStateMachineVersion": delete_state_machine_version,
        "DescribeActivity": describe_activity,
        "DescribeExecution": describe_execution,
        "DescribeMapRun": describe_map_run,
        "DescribeStateMachine": describe_state_machine,
        "DescribeStateMachineAlias": describe_state_machine_alias,
        "DescribeStateMachineForExecution": describe_state_machine_for_execution,
        "GetActivityTask": get_activity_task,
        "GetExecutionHistory": get_execution_history,
        "ListActivities": list_activities,
        "ListExecutions": list_executions,
        "ListMapRuns": list_map_runs,
        "ListStateMachineAliases": list_state_machine_aliases,
        "ListStateMachineVersions": list_state_machine_versions,
        "ListStateMachines": list_state_machines,
        "ListTagsForResource": list_tags_for_resource,
        "PublishStateMachineVersion": publish_state_machine_version,
        "RedriveExecution": redrive_execution,
        "SendTaskFailure": send_task_failure,
        "SendTaskHeartbeat": send_task_heartbeat,
        "SendTaskSuccess": send_task_success,
        "StartExecution": start_execution,
        "StartSyncExecution": start_sync_execution,
        "StopExecution": stop_execution,
        "TagResource": tag_resource,
        "TestState": run_test_state,
        "UntagResource": untag_resource,
        "UpdateMapRun": update_map_run,
        "UpdateStateMachine": update_state_machine,
        "UpdateStateMachineAlias": update_state_machine_alias,
        "ValidateStateMachineDefinition": validate_state_machine_definition,
    }
)
