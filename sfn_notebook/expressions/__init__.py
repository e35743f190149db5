"""The two query languages of Step Functions, JSONPath with its intrinsic functions and JSONata; they know no states."""
