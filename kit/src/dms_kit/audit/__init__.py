"""The audit trail: one entry per act, written in the act's own transaction."""
