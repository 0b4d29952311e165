"""What systems say has changed: who may say so of what, and the events that they send."""
