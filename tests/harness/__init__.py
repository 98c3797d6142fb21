"""What the suites over HTTP share: a server of their own, people who call it, files that they send."""
