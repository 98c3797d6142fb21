"""Rules of the Aufgabe."""
