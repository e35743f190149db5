"""Definitions as files hold them: ASL in JSON and YAML, templates of CloudFormation, SAM, CDK, Terraform, Serverless.

Pure functions from text to state machines and back. What lies in other files comes through a function that is given.
"""

from sfn_notebook.formats.found import Candidate, Fetch, Found
from sfn_notebook.formats.reading import FORMATS, candidates, chosen, decoded, described, document_candidates

__all__ = [
    "FORMATS",
    "Candidate",
    "Fetch",
    "Found",
    "candidates",
    "chosen",
    "decoded",
    "described",
    "document_candidates",
]
