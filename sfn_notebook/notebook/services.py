"""Task states for the services workflows use most; every other one is `optimized(...)` or `aws(...)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook.http import Http
from sfn_notebook.notebook.keywords import TaskFields, Text
from sfn_notebook.notebook.signatures import spelled
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.tasks import Arguments, Wait, left_out
from sfn_notebook.notebook.values import Expression


class Services(Http):
    """Adds Task states that call a service by name; what all tasks take is said at `Tasks`."""

    @spelled(TaskFields)
    def sqs_send(
        self,
        name: str,
        *,
        queue_url: Text,
        body: Any,
        delay_seconds: int | Expression | None = None,
        message_attributes: Mapping[str, Any] | None = None,
        message_group_id: Text | None = None,
        message_deduplication_id: Text | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A message to an SQS queue; a `body` that is not a text arrives as JSON."""
        return self._call(
            name,
            "sqs:sendMessage",
            wait,
            arguments,
            fields,
            QueueUrl=queue_url,
            MessageBody=body,
            DelaySeconds=left_out(delay_seconds),
            MessageAttributes=left_out(message_attributes),
            MessageGroupId=left_out(message_group_id),
            MessageDeduplicationId=left_out(message_deduplication_id),
        )

    @spelled(TaskFields)
    def sns_publish(
        self,
        name: str,
        *,
        message: Any,
        topic_arn: Text | None = None,
        target_arn: Text | None = None,
        phone_number: Text | None = None,
        subject: Text | None = None,
        message_attributes: Mapping[str, Any] | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A message to an SNS topic, an endpoint, or a phone: one of `topic_arn`, `target_arn`, `phone_number`."""
        if sum(one is not None for one in (topic_arn, target_arn, phone_number)) != 1 and not arguments:
            raise InvalidArgument(f"sns_publish {name!r} takes one of topic_arn=, target_arn=, phone_number=.")
        return self._call(
            name,
            "sns:publish",
            wait,
            arguments,
            fields,
            TopicArn=left_out(topic_arn),
            TargetArn=left_out(target_arn),
            PhoneNumber=left_out(phone_number),
            Message=message,
            Subject=left_out(subject),
            MessageAttributes=left_out(message_attributes),
        )

    @spelled(TaskFields)
    def dynamodb_get_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """An item of a DynamoDB table; `key` is typed as DynamoDB types it: `{"id": {"S": "a"}}`."""
        return self._call(name, "dynamodb:getItem", None, arguments, fields, TableName=table, Key=key)

    @spelled(TaskFields)
    def dynamodb_put_item(
        self,
        name: str,
        *,
        table: Text,
        item: Mapping[str, Any],
        condition_expression: Text | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """An item into a DynamoDB table; `item` is typed as DynamoDB types it: `{"id": {"S": "a"}}`."""
        return self._call(
            name,
            "dynamodb:putItem",
            None,
            arguments,
            fields,
            TableName=table,
            Item=item,
            ConditionExpression=left_out(condition_expression),
        )

    @spelled(TaskFields)
    def dynamodb_update_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        update_expression: Text | None = None,
        expression_attribute_values: Mapping[str, Any] | None = None,
        expression_attribute_names: Mapping[str, Any] | None = None,
        condition_expression: Text | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """Change an item of a DynamoDB table."""
        return self._call(
            name,
            "dynamodb:updateItem",
            None,
            arguments,
            fields,
            TableName=table,
            Key=key,
            UpdateExpression=left_out(update_expression),
            ExpressionAttributeValues=left_out(expression_attribute_values),
            ExpressionAttributeNames=left_out(expression_attribute_names),
            ConditionExpression=left_out(condition_expression),
        )

    @spelled(TaskFields)
    def dynamodb_delete_item(
        self,
        name: str,
        *,
        table: Text,
        key: Mapping[str, Any],
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """Delete an item of a DynamoDB table."""
        return self._call(name, "dynamodb:deleteItem", None, arguments, fields, TableName=table, Key=key)
