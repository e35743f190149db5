"""The formats that can be named."""

from typing import Final

FORMATS: Final = ("json", "yaml", "cloudformation", "sam", "cdk", "terraform", "serverless")
