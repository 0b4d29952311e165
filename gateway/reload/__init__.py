"""A configuration that has changed while the gateway serves: checked whole, then taken or refused whole."""
