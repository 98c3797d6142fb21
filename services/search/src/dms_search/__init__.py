"""Search: finds Akten, Vorgänge and Dokumente by their text, within the rights of who asks."""
