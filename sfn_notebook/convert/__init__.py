"""From one query language to the other: a definition in JSONPath as JSONata. Pure functions over definitions."""

from sfn_notebook.convert.to_jsonata import Conversion, Remark, to_jsonata

__all__ = ["Conversion", "Remark", "to_jsonata"]
