"""What the API says when it refuses: an error code of the service model and AWS's sentence."""

from __future__ import annotations

from sfn_notebook import _json


class Fault(Exception):
    """An error answer.

    Args:
        code: The error's name in the service model, such as "InvalidArn".
        message: What stands in its `message`.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status

    def body(self) -> bytes:
        """The body of the HTTP answer."""
        return _json.dumps({"__type": self.code, "message": self.message}).encode()


def invalid(message: str) -> Fault:
    """A request that breaks a rule of its operation."""
    return Fault("ValidationException", message)


def too_long(member: str, most: int) -> Fault:
    """A member of a request is longer than the service's model allows; it is not repeated."""
    return invalid(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {most}"
    )


def invalid_arn(detail: str) -> Fault:
    """An ARN that is none, or of the wrong thing."""
    return Fault("InvalidArn", f"Invalid Arn: '{detail}'")


def invalid_name(name: str) -> Fault:
    """A name that breaks the rules for names."""
    return Fault("InvalidName", f"Invalid Name: '{name}'")


def machine_missing(arn: str) -> Fault:
    """There is no such state machine."""
    return Fault("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def machine_deleting(arn: str) -> Fault:
    """The state machine is being deleted."""
    return Fault("StateMachineDeleting", f"State Machine Deleting: '{arn}'")


def quota(message: str) -> Fault:
    """A resource has as many of something as it may have."""
    return Fault("ServiceQuotaExceededException", message, status=402)


def execution_missing(arn: str) -> Fault:
    """There is no such execution."""
    return Fault("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def activity_missing(arn: str) -> Fault:
    """There is no such activity."""
    return Fault("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")


def resource_missing(arn: str) -> Fault:
    """There is no such resource of whatever kind."""
    return Fault("ResourceNotFound", f"Resource not found: '{arn}'")


def wrong_type() -> Fault:
    """The operation is not for state machines of this type."""
    return Fault("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
