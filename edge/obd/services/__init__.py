"""Diagnostic services, one to a file: `make_request` and `interpret_response`, bytes in and facts out.

`interpret_response` takes a whole reassembled payload and raises `ServiceError` when it breaks the service's rules.
"""
