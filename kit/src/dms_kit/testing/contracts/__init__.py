"""One suite per port; each adapter is bound to it in about ten lines."""
