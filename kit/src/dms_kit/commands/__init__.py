"""The command line of a service: its verbs, and what every service's verbs share."""
