"""Every service on one port with an embedded database and a development issuer: the embedded profile."""
