"""Definitions as files hold them: ASL in JSON and YAML, templates of CloudFormation, SAM, CDK, Terraform, Serverless.

Pure functions from text to state machines and back. What lies in other files comes through a function that is given.
"""

from typing import TYPE_CHECKING

from sfn_notebook._lazy import loaded_when_used
from sfn_notebook.formats.found import Candidate, Fetch, Found
from sfn_notebook.formats.names import FORMATS

if TYPE_CHECKING:
    from sfn_notebook.formats import cdk_text, template_text, terraform_text, yaml_comments, yaml_text
    from sfn_notebook.formats.placeholders import filled_value
    from sfn_notebook.formats.reading import candidates, chosen, decoded, described, document_candidates
else:
    __getattr__ = loaded_when_used(
        __name__,
        placeholders="filled_value",
        reading="candidates chosen decoded described document_candidates",
        cdk_text="",
        template_text="",
        terraform_text="",
        yaml_comments="",
        yaml_text="",
    )

__all__ = [
    "FORMATS",
    "Candidate",
    "Fetch",
    "Found",
    "candidates",
    "cdk_text",
    "chosen",
    "decoded",
    "described",
    "document_candidates",
    "filled_value",
    "template_text",
    "terraform_text",
    "yaml_comments",
    "yaml_text",
]
