"""What can go wrong with bytes from the other side.

ContractError   the bytes break the contract; drop them, count them, keep the reason
"""


class ContractError(ValueError):
    """The payload, topic or name is not what this version of the contract allows."""
