"""What the API says, as pydantic models; the OpenAPI document and the UI's types are generated from them."""
