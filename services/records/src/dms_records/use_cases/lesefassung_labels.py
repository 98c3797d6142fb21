"""German names of the fields that the API contract fixes."""

LABELS = {
    "leistung": "Leistung",
    "schluessel": "Schlüssel",
    "bezeichnung": "Bezeichnung",
    "region": "Region (Amtlicher Regionalschlüssel)",
    "antragsteller": "Antragsteller",
    "art": "Art",
    "vorname": "Vorname",
    "nachname": "Nachname",
    "name": "Name",
    "anschrift": "Anschrift",
    "strasse": "Straße",
    "hausnummer": "Hausnummer",
    "plz": "PLZ",
    "ort": "Ort",
    "email": "E-Mail",
    "betreff": "Betreff",
    "formulardaten": "Formulardaten",
    "formular": "Formular",
    "schema_uri": "Schema",
    "version": "Version",
    "externe_referenz": "Externe Referenz",
    "anlagen": "Anlagen",
    "dateiname": "Dateiname",
    "zweck": "Zweck",
}
ARTEN = {"natuerliche_person": "natürliche Person", "organisation": "Organisation"}
