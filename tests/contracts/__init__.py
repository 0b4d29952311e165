"""The contract of every source: each kind, each part, each way to go wrong, through a gateway that runs."""
