from __future__ import annotations

import boto3
import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError

import sfn_notebook as sfn
from sfn_notebook.notebook.translate import _CODES, translate, translated

MODEL = boto3.client("stepfunctions", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
SHAPES = sorted(shape.name for shape in MODEL.meta.service_model.error_shapes)


def said(code: str, message: str = "why") -> sfn.SfnNotebookError:
    return translate(ClientError({"Error": {"Code": code, "Message": message}}, "DescribeExecution"))


@pytest.mark.parametrize("code", SHAPES)
def test_every_modelled_error_has_its_class(code: str) -> None:
    assert code in _CODES
    assert isinstance(said(code), _CODES[code])
    assert "why" in str(said(code))


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException"])
def test_credentials_that_are_no_good_say_how_to_mend_it(code: str) -> None:
    with pytest.raises(sfn.CredentialsRefused, match="Log in again"):
        raise said(code, "The security token included in the request is expired")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.EndpointConnectionError(endpoint_url="http://127.0.0.1:9/"), sfn.EndpointUnreachable),
        (boto.ReadTimeoutError(endpoint_url="http://127.0.0.1:9/"), sfn.EndpointUnreachable),
        (boto.NoCredentialsError(), sfn.CredentialsRefused),
        (boto.ProfileNotFound(profile="dev"), sfn.InvalidArgument),
        (boto.NoRegionError(), sfn.InvalidArgument),
        (boto.ParamValidationError(report="Unknown parameter"), sfn.InvalidArgument),
        (boto.BotoCoreError(), sfn.ServiceError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_what_botocore_raises_itself(error: boto.BotoCoreError, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, translated():
        raise error
    assert caught.value.__cause__ is error


def test_an_error_nobody_knows_keeps_its_code() -> None:
    error = said("SomethingNew", "news")
    assert isinstance(error, sfn.ServiceError)
    assert (error.code, str(error)) == ("SomethingNew", "SomethingNew: news")


def test_account_ids_and_tokens_are_masked() -> None:
    token = "AQCEAAAAKgAAAAMAAAAAAAAAA" + "b" * 300
    text = str(said("TaskTimedOut", f"Task Timed Out: arn:aws:states:us-east-1:123456789012:task:{token}"))
    assert "123456789012" not in text
    assert token not in text


def test_an_error_without_a_code_is_told_all_the_same() -> None:
    assert "boom" in str(translate(ClientError({"Error": {"Message": "boom"}}, "X")))
    assert isinstance(translate(ClientError({}, "X")), sfn.ServiceError)
