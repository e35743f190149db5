"""What boto3 raises, in this package's terms: the one place where foreign errors are translated."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from sfn_notebook import errors, history
from sfn_notebook.errors import SfnNotebookError

_ANSWERED: Final = "A token is good for one answer, and only while its task waits."
_LOG_IN: Final = (
    "Log in again (`aws sso login`, `aws configure`), then run the cell again; or name a profile: sfn.aws(profile=...)."
)

# every error shape of botocore's stepfunctions model, and the codes any service may answer
_CODES: Final[Mapping[str, type[SfnNotebookError]]] = MappingProxyType(
    {
        "TaskDoesNotExist": errors.TaskDoesNotExist,
        "TaskTimedOut": errors.TaskTimedOut,
        "InvalidToken": errors.InvalidToken,
        "InvalidOutput": errors.InvalidJson,
        "InvalidExecutionInput": errors.InvalidInput,
        "InvalidDefinition": errors.InvalidDefinition,
        "InvalidArn": errors.InvalidArgument,
        "InvalidName": errors.InvalidArgument,
        "InvalidEncryptionConfiguration": errors.InvalidArgument,
        "InvalidLoggingConfiguration": errors.InvalidArgument,
        "InvalidTracingConfiguration": errors.InvalidArgument,
        "MissingRequiredParameter": errors.InvalidArgument,
        "ValidationException": errors.InvalidArgument,
        "ActivityDoesNotExist": errors.NotFound,
        "ExecutionDoesNotExist": errors.NotFound,
        "StateMachineDoesNotExist": errors.NotFound,
        "ResourceNotFound": errors.NotFound,
        "ResourceNotFoundException": errors.NotFound,
        "ActivityAlreadyExists": errors.ServiceError,
        "ActivityLimitExceeded": errors.ServiceError,
        "ActivityWorkerLimitExceeded": errors.ServiceError,
        "ConflictException": errors.ServiceError,
        "ExecutionAlreadyExists": errors.ServiceError,
        "ExecutionLimitExceeded": errors.ServiceError,
        "ExecutionNotRedrivable": errors.NotAvailable,
        "KmsAccessDeniedException": errors.AccessDenied,
        "KmsInvalidStateException": errors.ServiceError,
        "KmsThrottlingException": errors.Throttled,
        "ServiceQuotaExceededException": errors.ServiceError,
        "StateMachineAlreadyExists": errors.ServiceError,
        "StateMachineDeleting": errors.ServiceError,
        "StateMachineLimitExceeded": errors.ServiceError,
        "StateMachineTypeNotSupported": errors.NotAvailable,
        "TooManyTags": errors.ServiceError,
        "AccessDenied": errors.AccessDenied,
        "AccessDeniedException": errors.AccessDenied,
        "UnauthorizedOperation": errors.AccessDenied,
        "ExpiredToken": errors.CredentialsRefused,
        "ExpiredTokenException": errors.CredentialsRefused,
        "RequestExpired": errors.CredentialsRefused,
        "InvalidClientTokenId": errors.CredentialsRefused,
        "InvalidSignatureException": errors.CredentialsRefused,
        "SignatureDoesNotMatch": errors.CredentialsRefused,
        "IncompleteSignature": errors.CredentialsRefused,
        "MissingAuthenticationToken": errors.CredentialsRefused,
        "MissingAuthenticationTokenException": errors.CredentialsRefused,
        "UnrecognizedClientException": errors.CredentialsRefused,
        "AuthFailure": errors.CredentialsRefused,
        "Throttling": errors.Throttled,
        "ThrottlingException": errors.Throttled,
        "ThrottledException": errors.Throttled,
        "TooManyRequestsException": errors.Throttled,
        "RequestLimitExceeded": errors.Throttled,
    }
)
_HINTS: Final[Mapping[type[SfnNotebookError], str]] = MappingProxyType(
    {
        errors.TaskDoesNotExist: _ANSWERED,
        errors.TaskTimedOut: f"It was answered before, or it has expired. {_ANSWERED}",
        errors.CredentialsRefused: _LOG_IN,
        errors.AccessDenied: "The credentials are good; the policy of their user or role does not allow this call.",
        errors.Throttled: "Wait a moment, then run the cell again.",
    }
)
_UNREACHABLE: Final = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ReadTimeoutError,
    boto.ConnectionClosedError,
    boto.ProxyConnectionError,
    boto.SSLError,
)
_CREDENTIALS: Final = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.UnauthorizedSSOTokenError,
    boto.SSOTokenLoadError,
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Within it, what boto3 raises becomes an error of this package, with the original as its cause."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error) from error


def translate(error: ClientError | BotoCoreError) -> SfnNotebookError:
    """The error of this package that says what boto3's says; tokens and account ids in it are masked."""
    if isinstance(error, ClientError):
        return _service_error(error)
    message = history.mask(str(error))
    if isinstance(error, _UNREACHABLE):
        return errors.EndpointUnreachable(
            f"nothing answers: {message}",
            hint="Is the endpoint running, and is its URL right? sfn.local() needs none.",
        )
    if isinstance(error, _CREDENTIALS):
        return errors.CredentialsRefused(message, hint=_LOG_IN)
    if isinstance(error, (boto.ProfileNotFound, boto.NoRegionError, boto.ParamValidationError)):
        return errors.InvalidArgument(message)
    return errors.ServiceError(message)


def _service_error(error: ClientError) -> SfnNotebookError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = history.mask(str(error.response.get("Error", {}).get("Message") or error))
    kind = _CODES.get(code, errors.ServiceError)
    hint = _HINTS.get(kind)
    if issubclass(kind, errors.ServiceError):
        return kind(f"{code}: {message}", code=code, hint=hint)
    return kind(message if code in message else f"{code}: {message}", hint=hint)
