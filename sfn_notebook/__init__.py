"""The notebook for AWS Step Functions."""
