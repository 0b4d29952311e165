"""What an adversary of the gateway tries, a line for each idea, and what has to come of it."""
