"""The machine: receives, understands, delivers and keeps time; it knows nothing of what it is used for."""
