"""The HTTP face of the cloud: REST under /v1, live change by server-sent events, metrics, health and the UI."""
