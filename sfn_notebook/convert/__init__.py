"""From one query language to the other: a definition in JSONPath as JSONata, and back. Pure functions."""

from sfn_notebook.convert.to_jsonata import Conversion, Remark, to_jsonata
from sfn_notebook.convert.to_jsonpath import to_jsonpath

__all__ = ["Conversion", "Remark", "to_jsonata", "to_jsonpath"]
