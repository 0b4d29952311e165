"""Documents that were registered before anybody sends them: read from manifests, kept ready, asked for by their ids."""
