"""State machines: create, update, describe, delete, list.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sfn_notebook import _json, asl
from sfn_notebook.asl.variables import read_variables
from sfn_notebook.engine.api.arns import check_name, check_role, parse
from sfn_notebook.engine.api.faults import Fault, invalid, machine_deleting, machine_missing, quota, too_long
from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.settings import SETTINGS, read_settings
from sfn_notebook.engine.api.store import Entry, Store, Version, refuse_label
from sfn_notebook.engine.api.tags import read_tags
from sfn_notebook.engine.api.validate import refuse_invalid
from sfn_notebook.engine.records import MachineRecord

Request = dict[str, Any]
FIRST_REVISION: Final = "INITIAL"


def create_state_machine(store: Store, request: Request) -> Request:
    """CreateStateMachine: asked the same again it answers the same; the same name otherwise is refused."""
    check_name(request["name"])
    check_role(request["roleArn"])
    _check_size(store, request)
    if request.get("versionDescription") is not None and not request.get("publish"):
        raise invalid("Version description can only be set when publish is true")
    type = request.get("type", "STANDARD")
    refuse_invalid(request["definition"], type)
    tags = read_tags(store, request)
    engine = store.engine
    with engine.lock:
        arn = store.arn("stateMachine", request["name"])
        entry = store.entry(arn)
        if entry is not None and entry.deleting:
            raise machine_deleting(arn)
        record = MachineRecord(
            arn=arn,
            name=request["name"],
            definition=request["definition"],
            program=asl.read(request["definition"]),
            type=type,
            role_arn=request["roleArn"],
            created=engine.now(),
            tags=tags,
            settings=read_settings(request, {}),
        )
        if entry is None:
            if len(store.machines) >= engine.limits.state_machines:
                raise Fault("StateMachineLimitExceeded", "The maximum number of state machines has been reached")
            entry = store.machines[arn] = Entry(record)
        elif not _same(entry, record, request):
            raise Fault("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
        answer: Request = {"stateMachineArn": arn, "creationDate": entry.record.created}
        if request.get("publish"):
            answer["stateMachineVersionArn"] = publish(store, entry, request.get("versionDescription")).arn
        return answer


def _check_size(store: Store, request: Request) -> None:
    most = store.engine.limits.definition_bytes
    if _json.size(request["definition"]) > most:
        raise too_long("definition", most)


def _same(entry: Entry, new: MachineRecord, request: Request) -> bool:
    """Whether a creation asks for what is there: AWS compares these, and not the role or the tags."""
    old, newest = entry.record, entry.versions.get(entry.published)
    if newest is not None and request.get("publish") and newest.description != request.get("versionDescription"):
        return False
    return (old.definition, old.type, old.settings) == (new.definition, new.type, new.settings)


def update_state_machine(store: Store, request: Request) -> Request:
    """UpdateStateMachine: executions that run keep the definition they started with."""
    changes = [name for name in ("definition", "roleArn", *SETTINGS) if request.get(name) is not None]
    if not changes:
        raise Fault("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, "
                    "the TracingConfiguration, or the EncryptionConfiguration must be specified")  # fmt: skip
    if request.get("versionDescription") is not None and not request.get("publish"):
        raise invalid("Version description can only be set when publish is true")
    if "roleArn" in changes:
        check_role(request["roleArn"])
    engine = store.engine
    with engine.lock:
        entry = store.changeable(request["stateMachineArn"])
        type = entry.record.type
    if "definition" in changes:
        _check_size(store, request)
        refuse_invalid(request["definition"], type)
    with engine.lock:
        entry = store.changeable(request["stateMachineArn"])
        entry.record = _updated(store, entry.record, request)
        answer: Request = {
            "updateDate": entry.record.updated,
            "revisionId": entry.record.revision_id or FIRST_REVISION,
        }
        if request.get("publish"):
            answer["stateMachineVersionArn"] = publish(store, entry, request.get("versionDescription")).arn
        return answer


def _updated(store: Store, old: MachineRecord, request: Request) -> MachineRecord:
    definition = request.get("definition", old.definition)
    same = definition == old.definition
    settings = read_settings(request, old.settings)
    if same and request.get("roleArn", old.role_arn) == old.role_arn and settings == old.settings:
        old.updated = store.engine.now()  # nothing has changed: it stays the same revision
        return old
    return replace(
        old,
        definition=definition,
        program=old.program if same else asl.read(definition),
        compiled=old.compiled if same else None,
        role_arn=request.get("roleArn", old.role_arn),
        settings=settings,
        updated=store.engine.now(),
        revision_id=store.engine.new_id(),
    )


def publish(store: Store, entry: Entry, description: str | None) -> Version:
    """The version of the newest record, made when there is none yet. Under the lock."""
    newest = entry.versions.get(entry.published)
    if newest is not None and newest.record is entry.record:
        return newest
    most = store.engine.limits.versions
    if len(entry.versions) >= most:
        raise quota(f"The state machine has {len(entry.versions)} versions, and at most {most} are allowed")
    entry.published += 1
    arn = f"{entry.record.arn}:{entry.published}"
    version = Version(arn, entry.published, entry.record, store.engine.now(), description)
    entry.versions[version.number] = version
    return version


def describe_state_machine(store: Store, request: Request) -> Request:
    """DescribeStateMachine, of a version too."""
    with store.engine.lock:
        arn = parse(request["stateMachineArn"], "stateMachine")
        target = store.target(arn.text)
        if target.alias_arn is not None:
            raise machine_missing(arn.text)
        version = None if target.version_arn is None else target.entry.versions[int(arn.rest)]
        answer = described(target.record)
        if version is not None:
            answer.update(stateMachineArn=version.arn, creationDate=version.created)
            answer.setdefault("revisionId", FIRST_REVISION)
            if version.description is not None:
                answer["description"] = version.description
        return _without_definition(answer) if request.get("includedData") == "METADATA_ONLY" else answer


def described(record: MachineRecord) -> Request:
    """What DescribeStateMachine says of a record. Under the lock."""
    answer: Request = {
        "stateMachineArn": record.arn,
        "name": record.name,
        "status": record.status,
        "definition": record.definition,
        "roleArn": record.role_arn,
        "type": record.type,
        "creationDate": record.created,
        **record.settings,
    }
    references = {state.name: list(names) for state in record.program.walk() if (names := read_variables(state))}
    if references:
        answer["variableReferences"] = references
    if record.revision_id is not None:
        answer["revisionId"] = record.revision_id
    return answer


def _without_definition(answer: Request) -> Request:
    return {member: value for member, value in answer.items() if member not in ("definition", "variableReferences")}


def describe_state_machine_for_execution(store: Store, request: Request) -> Request:
    """DescribeStateMachineForExecution: the definition that execution started with."""
    with store.engine.lock:
        execution = store.execution(request["executionArn"], express_children=True)
        record = execution.machine
        answer = described(record)
        if execution.map_run_arn is not None:
            answer.update(mapRunArn=execution.map_run_arn, label=record.name.partition("/")[2])
        for member in ("type", "status", "creationDate"):
            del answer[member]
        answer["updateDate"] = record.created if record.updated is None else record.updated
        return _without_definition(answer) if request.get("includedData") == "METADATA_ONLY" else answer


def delete_state_machine(store: Store, request: Request) -> Request:
    """DeleteStateMachine: with its versions and aliases; what runs ends at its next state, and so long it is DELETING.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
    """
    arn = parse(request["stateMachineArn"], "stateMachine")
    refuse_label(arn)
    with store.engine.lock:
        entry = store.entry(arn.text)
        if entry is not None:
            for record in {entry.record, *(execution.machine for execution in entry.executions)}:
                record.status = "DELETING"
            for execution in entry.executions:
                store.engine.dismiss(execution)
            store.entry(arn.text)  # forgets it at once when nothing of it runs
        return {}


def list_state_machines(store: Store, request: Request) -> Request:
    """ListStateMachines, in the order of their creation."""
    with store.engine.lock:
        entries = [entry for arn in list(store.machines) if (entry := store.entry(arn)) is not None]
        found, more = page([entry.record for entry in entries], request)
        machines = [
            {"stateMachineArn": one.arn, "name": one.name, "type": one.type, "creationDate": one.created}
            for one in found
        ]
        return {"stateMachines": machines, **more}
