"""HTTP Tasks: real requests under the connections of EventBridge."""
