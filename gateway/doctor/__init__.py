"""The doctor: looks at everything that a gateway stands on."""
