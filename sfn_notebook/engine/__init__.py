"""The embedded Step Functions: clock and scheduler, interpreter, task runners, API operations, boto3 transport."""

from typing import TYPE_CHECKING

from sfn_notebook._lazy import loaded_when_used

if TYPE_CHECKING:
    from sfn_notebook.engine.embedded import Embedded
    from sfn_notebook.engine.event_types import EVENT_DETAILS
    from sfn_notebook.engine.records import Limits
else:
    __getattr__ = loaded_when_used(__name__, embedded="Embedded", event_types="EVENT_DETAILS", records="Limits")

__all__ = ["EVENT_DETAILS", "Embedded", "Limits"]
