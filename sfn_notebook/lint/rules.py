"""Everything `lint` can say, as one table: codes, severities, words.

Codes and messages are AWS's where AWS has them (marked so), seen in ValidateStateMachineDefinition's documentation
and in recorded answers, 2023-2025; the others are this package's own and as stable.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sfn_notebook.lint.report import Problem, Severity

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
UNSUPPORTED: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


class Rule(NamedTuple):
    """One thing that can be said; `message` and `hint` are templates.

    Attributes:
        code: See `Problem`.
        severity: See `Problem`.
        message: See `Problem`.
        hint: See `Problem`.
        mark: See `Problem`.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    mark: str = ""


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # the machine as a whole (AWS)
        "missing": Rule(
            "MISSING_DESCRIPTION",
            "error",
            "Received a null or empty workflow input.",
            "Give an object with StartAt and States.",
        ),
        "not_json": Rule(
            "INVALID_JSON_DESCRIPTION", "error", "{detail}", "Correct the text at that place; a definition is JSON."
        ),
        "not_object": Rule(
            SCHEMA, "error", "Definition must be a valid JSON object", "Give an object with StartAt and States."
        ),
        "required": Rule(SCHEMA, "error", "These fields are required: [{fields}]", "Add {fields}.", "{fields} missing"),
        "missing_target": Rule(
            "MISSING_TRANSITION_TARGET",
            "error",
            "Missing 'Next' target: {target}",
            "There is no state {target!r} {where}. {near}",
            "leads to nothing",
        ),
        "missing_start": Rule(
            "MISSING_TRANSITION_TARGET",
            "error",
            "Missing 'Next' target: {target}",
            "StartAt names {target!r}, and there is no such state {where}. {near}",
        ),
        "unreachable": Rule(
            "MISSING_TRANSITION_TARGET",
            "error",
            'State "{state}" is not reachable.',
            "Lead an edge to it, start there, or remove it.",
            "unreachable",
        ),
        "no_end": Rule(
            "MISSING_END_STATE",
            "error",
            "Workflow has no terminal state",
            "Every state leads on to another one. One must end: End: true, Succeed or Fail.",
        ),
        "duplicate_name": Rule(
            "DUPLICATE_STATE_NAME",
            "error",
            'The state name "{state}" appears more than once.',
            "Names are unique over the whole machine, branches and processors too; the other one stands at {other}.",
            "name used twice",
        ),
        "bad_state_name": Rule(
            "INVALID_STATE_NAME",
            "error",
            "A state's name has 1 to 80 characters; this one has {length}.",
            "Shorten it; say the rest in Comment.",
            "name too long",
        ),
        "too_deep": Rule(
            "TOO_DEEPLY_NESTED",
            "error",
            "The states are too deeply nested.",
            "Move a part into a state machine of its own, started by states:startExecution.",
        ),
        "bad_label": Rule(
            "INVALID_LABEL_NAME",
            "error",
            "The label {label!r} is not allowed",
            'A label has 1 to 40 characters, no spaces and none of ? * < > {{ }} [ ] " # % \\ ^ | ~ ` $ & , ; : /',
            "bad label",
        ),
        "duplicate_label": Rule(
            "DUPLICATE_LABEL_NAME",
            "error",
            "The label {label!r} appears more than once.",
            "Give each Map a label of its own.",
        ),
        # what values are (AWS)
        "empty": Rule(SCHEMA, "error", "Value cannot be empty", "Put at least one in.", "{field} is empty"),
        "wrong_type": Rule(
            SCHEMA,
            "error",
            "Expected value of type {type}",
            "{field} should be {wanted}, and is {given}.",
            "{field}: wrong value",
        ),
        "wrong_shape": Rule(
            SCHEMA, "error", "{field} should be {wanted}, and is {given}", "Set it to {wanted}.", "{field}: wrong value"
        ),
        "not_one_of": Rule(
            SCHEMA, "error", "The field '{field}' should have one of these values: [{values}]", "{near}", "{field}"
        ),
        # measured with ValidateStateMachineDefinition, 2026-08: floci issues 2735 and 2968, as are the next two
        "unsupported_field": Rule(SCHEMA, "error", "Field '{field}' is not supported", "{near}", "no field {field}"),
        "other_language": Rule(
            SCHEMA,
            "error",
            "The QueryLanguage is set to '{language}', but field '{field}' is only supported for the '{other}' "
            "QueryLanguage",
            "{instead}Or set QueryLanguage to {other}.",
            "{field}: {other} only",
        ),
        "downgrade": Rule(
            SCHEMA,
            "error",
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            "Make the machine JSONPath and the states that need it JSONata.",
            "JSONPath in JSONata",
        ),
        "next_or_end": Rule(
            SCHEMA, "error", "Exactly one of these fields is required: [Next, End]", "{detail}", "Next or End"
        ),
        "one_of": Rule(SCHEMA, "error", "Exactly one of these fields is required: [{fields}]", "{detail}", "{mark}"),
        "not_together": Rule(SCHEMA, "error", "These fields exclude each other: [{fields}]", "Keep one.", "{mark}"),
        "bad_timestamp": Rule(
            SCHEMA,
            "error",
            "String does not match RFC3339 timestamp",
            "Such as 2026-01-31T12:00:00Z; in JSONata also {{% ... %}}.",
            "bad timestamp",
        ),
        "retry_all_last": Rule(
            SCHEMA,
            "error",
            "States.ALL must be alone in ErrorEquals, and in the last entry",
            "Move it to the end.",
            "States.ALL not last",
        ),
        # what a Task calls (AWS)
        "bad_parameter": Rule(SCHEMA, "error", "{message}", "{hint}", "bad parameter"),
        "bad_resource": Rule(
            SCHEMA,
            "error",
            "The resource provided {resource} is not recognized. The value is not a valid resource ARN, "
            "or the resource is not available in this region.",
            "{detail}",
            "bad resource",
        ),
        "express_pattern": Rule(
            SCHEMA,
            "error",
            "Express state machine does not support '{suffix}' service integration{space}",
            "Use a Standard state machine, or wait for the response only.",
            "not in Express",
        ),
        "express_activity": Rule(
            SCHEMA,
            "error",
            "Express state machine does not support Activity ARN",
            "Use a Standard state machine.",
            "not in Express",
        ),
        # distributed Maps; AWS's rules (the ItemReader, ItemBatcher and ResultWriter pages), in words of our own
        "express_distributed": Rule(
            SCHEMA,
            "error",
            "Express state machine does not support Map states in DISTRIBUTED mode",
            "Use a Standard state machine, or Mode INLINE.",
            "not in Express",
        ),
        "distributed_only": Rule(
            SCHEMA,
            "error",
            "The field '{field}' is only supported in DISTRIBUTED mode",
            "Set Mode to DISTRIBUTED and an ExecutionType in the ProcessorConfig.",
            "{field}: DISTRIBUTED only",
        ),
        "one_at_least": Rule(
            SCHEMA, "error", "At least one of these fields is required: [{fields}]", "Add one of them.", "{mark}"
        ),
        "fields_disagree": Rule(
            SCHEMA, "error", "{detail}", "Remove {field}, or change what it does not go with.", "{field}"
        ),
        "no_role": Rule(
            SCHEMA,
            "error",
            "The field 'RoleArn' is required but was missing",
            "Credentials holds RoleArn.",
            "no RoleArn",
        ),
        # expressions
        "bad_path": Rule(
            SCHEMA,
            "error",
            "The value for the field '{field}' must be a valid JSONPath{or_intrinsic}",
            "{detail}",
            "bad path",
        ),
        # measured too (floci issues 2670 and 2745): the parser's words without its code; the name and no more
        "bad_jsonata": Rule("INVALID_JSONATA_EXPRESSION", "error", "{detail}", "In '{field}'.", "bad JSONata"),
        "top_level": Rule(
            UNSUPPORTED,
            "error",
            "Reference to '{name}' at the top level is not supported.",
            "An expression sees $states and variables only: the state's input is $states.input, so write "
            "$states.input.{name}.",
            "{name} is not seen",
        ),
        "not_readable": Rule(
            UNSUPPORTED,
            "error",
            "Reference to '$states.{name}' is not supported in '{field}'.",
            "{where}",
            "no $states.{name} here",
        ),
        # variables
        "bad_variable": Rule(
            SCHEMA,
            "error",
            "'{name}' is not a valid variable name",
            "1 to 80 characters: a letter, then letters, digits and _; and not 'states'.",
            "bad variable",
        ),
        "outer_variable": Rule(
            SCHEMA,
            "error",
            "The variable '{name}' is already assigned in an outer scope",
            "{outer!r} assigns it around this state. A branch or processor reads outer variables, and assigns its own "
            "under other names.",
            "outer variable",
        ),
        "half_jsonata": Rule(
            "EXPRESSION_NOT_CLOSED",
            "warning",
            "'{field}' begins with {{% and does not end with %}}, so it is a plain text",
            "Close it with %}}.",
            "not evaluated",
        ),
        "jsonata_in_jsonpath": Rule(
            "EXPRESSION_NOT_EVALUATED",
            "warning",
            "'{field}' looks like JSONata, and the state's query language is JSONPath: the text itself is handed on",
            "Set QueryLanguage to JSONata, for the state or for the whole machine.",
            "not evaluated",
        ),
        "path_in_jsonata": Rule(
            "EXPRESSION_NOT_EVALUATED",
            "warning",
            "'{field}' looks like a path, and the state's query language is JSONata: the text itself is handed on",
            "Write it as {{% $states.input... %}}.",
            "not evaluated",
        ),
        "no_dollar": Rule(
            "NO_DOLLAR",
            "warning",
            "No .$ on a field that appears to be a JSONPath or Intrinsic Function: '{field}'",
            "As it stands the text itself is handed on. Name the field '{field}.$' to evaluate it.",
            "path not evaluated",
        ),
        "no_path": Rule(
            "NO_PATH",
            "warning",
            "Field value looks like a path, but field name does not end with 'Path'.",
            "As it stands the text itself is taken. Name the field '{field}Path' to evaluate it.",
            "path not evaluated",
        ),
        "static_result": Rule(
            "PASS_RESULT_IS_STATIC",
            "warning",
            "Attempt to use a path in the result of a pass state.",
            "Result is handed on as it stands. Use Parameters for values that come from paths.",
            "Result is static",
        ),
        # our own about callbacks
        "callback_unbounded": Rule(
            "CALLBACK_WITHOUT_TIMEOUT",
            "warning",
            "It waits for a task token without TimeoutSeconds or HeartbeatSeconds: with no answer it waits "
            "until the execution itself ends, up to a year.",
            "Set timeout_seconds= (TimeoutSeconds), and catch States.Timeout.",
            "no timeout",
        ),
        "callback_tokenless": Rule(
            "CALLBACK_WITHOUT_TOKEN",
            "warning",
            "It waits for a task token, and hands none out: nobody can answer. "
            "Step Functions accepts it, and it waits until it times out.",
            "Put the token into what is sent: token, {place}.",
            "no token sent",
        ),
        "heartbeat_too_long": Rule(
            "HEARTBEAT_NOT_BELOW_TIMEOUT",
            "error",
            "HeartbeatSeconds ({heartbeat}) must be less than TimeoutSeconds ({timeout})",
            "A heartbeat that long can never be missed.",
            "heartbeat ≥ timeout",
        ),
        # our own about a machine under construction
        "said_of_nothing": Rule(
            "NO_SUCH_STATE",
            "error",
            "There is {what} said of the state {name!r}, which does not exist",
            "Add {name!r}, or correct the name. {near}",
        ),
        "said_in_vain": Rule(
            "NOT_USED",
            "warning",
            "There is {what} said of it, which a {type} state cannot have: it is not used",
            "A Choice goes where its rules say (.when, .otherwise); Succeed and Fail end.",
            "not used: {what}",
        ),
        # our own about the rest
        "unlisted_service": Rule("SERVICE_NOT_LISTED", "warning", "{message}", "{hint}", "unlisted service"),
        "parameter_type": Rule("PARAMETER_TYPE", "warning", "{message}", "{hint}", "wrong type"),
        "parameter_choice": Rule("PARAMETER_VALUE", "warning", "{message}", "{hint}", "unknown value"),
        "no_default": Rule(
            "CHOICE_WITHOUT_DEFAULT",
            "info",
            "When no rule holds, the execution fails with States.NoChoiceMatched, which nothing can catch.",
            "Say where all the rest goes: .otherwise(...) (Default).",
        ),
        "http_endpoint": Rule(
            "HTTP_ENDPOINT",
            "warning",
            "The ApiEndpoint cannot be called: {trouble}.",
            "The task fails with States.Runtime, which nothing can catch.",
            "bad endpoint",
        ),
        "http_plain": Rule(
            "HTTP_PLAIN",
            "info",
            "The ApiEndpoint is this machine, without https: it works in sfn.local() only.",
            "AWS calls https URLs.",
        ),
        "http_header": Rule(
            "HTTP_HEADER",
            "warning",
            "The request cannot be sent: {trouble}.",
            "The task fails with States.Runtime, which nothing can catch. Credentials belong into the connection.",
            "bad header",
        ),
        "http_form": Rule(
            "HTTP_FORM_WITHOUT_TYPE",
            "warning",
            "The body is sent as a form, and the Content-Type says JSON.",
            "Add the header Content-Type: {type}.",
            "no Content-Type",
        ),
        "http_secret": Rule(
            "SECRET_IN_DEFINITION",
            "warning",
            "{name!r} looks like a secret, and it stands in the definition for all to read.",
            "Give it to the connection: session.connection(..., api_key=, basic=, headers=, query=, body=).",
            "secret",
        ),
        "empty_payload": Rule(
            "LAMBDA_WITHOUT_PAYLOAD",
            "info",
            "The function gets an empty event: there is no Payload.",
            "To hand on the state's input: payload=q('$states.input') in JSONata, path('$') in JSONPath.",
        ),
        # variables that are read and not there
        "undefined_variable": Rule(
            "UNDEFINED_VARIABLE",
            "warning",
            "The variable '{name}' is read, and no state assigns it.",
            "Assign it before, or correct the name. {near}",
            "undefined variable",
        ),
        "variable_too_early": Rule(
            "VARIABLE_BEFORE_ASSIGNED",
            "warning",
            "The variable '{name}' is read before any path to this state assigns it.",
            "{by!r} assigns it: later, or in this state itself, whose Assign counts for the states after it.",
            "variable not there yet",
        ),
        "variable_elsewhere": Rule(
            "VARIABLE_OUT_OF_SCOPE",
            "warning",
            "The variable '{name}' is read outside of the branch or processor that assigns it.",
            "It ends with the scope of {by!r}. Hand the value on in the output of the branch.",
            "out of scope",
        ),
        "variable_beyond": Rule(
            "VARIABLE_OUT_OF_SCOPE",
            "warning",
            "The variable '{name}' is read in a distributed Map, whose items do not see the variables around it.",
            "Hand the value to each item by ItemSelector, or as BatchInput.",
            "out of scope",
        ),
        # retriers and catchers that nothing reaches
        "shadowed_error": Rule(
            "ERROR_NEVER_MATCHED",
            "warning",
            "'{error}' stands in an earlier entry of {field}, and only the first entry that matches is used.",
            "Remove it here, or move this entry before the other one.",
            "never matched",
        ),
        "duplicate_error": Rule(
            "DUPLICATE_ERROR_NAME",
            "warning",
            "'{error}' stands in this list more than once.",
            "Once is enough.",
            "error named twice",
        ),
        # our own about other services
        "poll_loop": Rule(
            "POLL_LOOP",
            "info",
            "It asks again and again how a job is, which {row} waits for by itself. A round is {states} transitions "
            "and {events} events: ${price} for 1,000 rounds, and the {most} events of an execution are used up by "
            "{rounds} rounds{after}.",
            "Start the job with {row}: one transition, ${sync_price} for 1,000 jobs, and 6 events each.",
        ),
        "optimized_exists": Rule(
            "OPTIMIZED_INTEGRATION_EXISTS",
            "info",
            "It calls the SDK integration of something that has an optimized one.",
            "{better} does the same; its result and its error names may differ.",
        ),
        "lambda_replaceable": Rule(
            "LAMBDA_REPLACEABLE",
            "info",
            "The function {function!r} makes one call of AWS and nothing else.",
            "A Task can make it without the function: {resource}.",
        ),
        "map_unbounded": Rule(
            "MAP_UNBOUNDED",
            "info",
            "The distributed Map sets no MaxConcurrency: up to 10,000 children run at once, and all call what they "
            "call at once.",
            "Set MaxConcurrency to what the services behind it bear.",
        ),
        "grows": Rule(
            "PAYLOAD_GROWS",
            "info",
            "Each round of the loop makes {what} longer; beyond 262,144 bytes the execution fails with "
            "States.DataLimitExceeded.",
            "Keep the data in S3 or DynamoDB and hand on its key, or bound the rounds.",
        ),
        "timeout_hidden": Rule(
            "TIMEOUT_HIDDEN",
            "info",
            "States.ALL also catches States.Timeout: that nobody answered looks like any other error.",
            "Put a catcher of States.Timeout before it.",
        ),
        "http_open_host": Rule(
            "HTTP_OPEN_HOST",
            "warning",
            "The host of the ApiEndpoint has no / behind it, so what is appended can name another host.",
            "End the constant part with a slash, in the endpoint and in the policy's states:HTTPEndpoint.",
            "open host",
        ),
        "secret_value": Rule(
            "SECRET_IN_DEFINITION",
            "warning",
            "{name!r} looks like a secret, and it stands in the definition for all to read.",
            "Keep it in AWS Secrets Manager or Parameter Store and hand on its name.",
            "secret",
        ),
        "unused_ignore": Rule(
            "NOTHING_TO_IGNORE",
            "info",
            "{code} is to be ignored ({reason}), and there is no such problem.",
            "Take it out of ignore=.",
        ),
        "too_long": Rule(
            "DEFINITION_TOO_LONG",
            "error",
            "The definition has {length:,} characters; at most {most:,} are allowed.",
            "Move a part into a state machine of its own, started by states:startExecution.",
        ),
    }
)
"""What can be said, by this package's name for it."""


def problem(name: str, pointer: str, /, *, state: str | None = None, **details: Any) -> Problem:
    """A problem by the name of its rule.

    >>> problem("unreachable", "/States/A", state="A").message
    'State "A" is not reachable.'
    """
    rule = RULES[name]
    words = {"state": state, **details}
    return Problem(
        code=rule.code,
        severity=rule.severity,
        pointer=pointer,
        message=rule.message.format_map(words),
        hint=rule.hint.format_map(words).strip(),
        state=state,
        mark=rule.mark.format_map(words),
        rule=name,
    )
