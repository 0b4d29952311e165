"""Telephony: the telephone systems that tell of calls, what they send, and the switchboard that it makes."""
