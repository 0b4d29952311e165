"""The audit: what stands on record of every decision, how nobody can change it unseen, and who may read it."""
