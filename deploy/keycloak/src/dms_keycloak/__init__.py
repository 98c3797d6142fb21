"""A realm of Keycloak for each Mandant, made from the municipality's file and compared before it is changed."""
