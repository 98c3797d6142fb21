"""Organisation, Aktenplan, Akte, Vorgang and Dokument: what is filed, where, and who may see it."""
