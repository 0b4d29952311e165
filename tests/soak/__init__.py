"""What takes minutes: run by hand or at night, it ends with 1 when something does not hold. `make soak`."""
