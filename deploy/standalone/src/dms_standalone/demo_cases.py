"""The applications of the demonstration: made-up people, real Leistungen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dms_standalone.demo_files import docx, eml, pdf

_REGION = "053580008008"
SAMPLES = Path(__file__).parents[5] / "shared" / "samples"


@dataclass(frozen=True)
class Case:
    """One application with its files (name, content)."""

    antrag: dict[str, Any]
    files: tuple[tuple[str, bytes], ...]

    @property
    def betreff(self) -> str:
        """Return what the application is about."""
        return str(self.antrag["betreff"])


def cases(samples: Path = SAMPLES) -> Sequence[Case]:
    """Return a dozen applications; with the folder of samples some of them carry real files."""

    def real(name: str, otherwise: tuple[str, bytes]) -> tuple[str, bytes]:
        path = samples / name
        return (path.name, path.read_bytes()) if path.is_file() else otherwise

    return [_case(*row) for row in (*_for_ordnung(real), *_for_soziales(real), *_for_bau_and_tiefbau(real))]


def _case(schluessel: str, leistung: str, betreff: str, daten: dict[str, Any], *files: tuple[str, bytes]) -> Case:
    person = {"art": "natuerliche_person", "vorname": "Erika", "nachname": "Mustermann", "email": "erika@example.org"}
    organisation = {"art": "organisation", "name": "Bäckerei Groß & Söhne OHG"}
    antrag = {
        "leistung": {"schluessel": schluessel, "bezeichnung": leistung},
        "region": _REGION,
        "antragsteller": organisation if schluessel.startswith("99050") else person,
        "betreff": betreff,
        "formulardaten": daten,
        "anlagen": [{"dateiname": name, "zweck": "anlage"} for name, _ in files],
    }
    return Case(antrag, files)


def _for_ordnung(real: Any) -> Sequence[tuple[Any, ...]]:
    konzept = docx("Betriebskonzept", "Handwerksbäckerei mit Café am Marktplatz, Roggenvollkorn aus eigenem Sauerteig.")
    return (
        (
            "99050012104000",
            "Gewerbe Anmeldung",
            "Anmeldung einer Bäckerei mit Café",
            {"taetigkeit": "Bäckerei mit Café", "beginn": "2027-01-15", "beschaeftigte": 7},
            ("betriebskonzept.docx", konzept),
            ("mietvertrag.pdf", pdf("Mietvertrag", "Ladenlokal Marktplatz 4, 52349 Düren", "Fläche 120 m²")),
        ),
        (
            "99050012070000",
            "Gewerbe Abmeldung",
            "Abmeldung eines Fahrradladens",
            {"grund": "Altersruhestand", "ende": "2026-12-31"},
            real(
                "mail/utf8-8bit.eml", ("abmeldung.eml", eml("Abmeldung", "Der Fahrradladen schließt zum Jahresende."))
            ),
        ),
        (
            "99102013002000",
            "Hundesteuer Festsetzung",
            "Anmeldung eines Hundes",
            {"rasse": "Dackel", "wurftag": "2026-03-01", "steuer": 96.50},
            ("impfausweis.pdf", pdf("Impfausweis", "Dackel Waldemar, Chipnummer 276098100000001")),
        ),
        (
            "99108001001000",
            "Bewohnerparkausweis Erteilung",
            "Bewohnerparkausweis für die Nordstadt",
            {"kennzeichen": "DN-AB 123", "zone": "N"},
            ("fahrzeugschein.txt", b"Zulassungsbescheinigung Teil I, Kennzeichen DN-AB 123"),
        ),
    )


def _for_soziales(real: Any) -> Sequence[tuple[Any, ...]]:
    miete = pdf("Mietbescheinigung", "Kaltmiete 540,00 Euro", "Nebenkosten 160,00 Euro")
    return (
        (
            "99107023000000",
            "Wohngeld",
            "Erstantrag auf Wohngeld",
            {"haushalt": 3, "kaltmiete": 540.00, "einkommen": 1890.35},
            real("zugferd/EN16931_Miete.pdf", ("mietbescheinigung.pdf", miete)),
            ("lohnabrechnung.txt", b"Lohnabrechnung Oktober 2026, Auszahlungsbetrag 1.890,35 EUR"),
        ),
        (
            "99107009000000",
            "Grundsicherung im Alter",
            "Grundsicherung ergänzend zur Altersrente",
            {"rente": 712.80, "ersparnisse": 1500},
            real("forms-pdf/Antrag_Beratungshilfe.pdf", ("rentenbescheid.pdf", pdf("Rentenbescheid", "712,80 Euro"))),
        ),
        (
            "99107032000000",
            "Leistungen für Bildung und Teilhabe",
            "Klassenfahrt nach Trier",
            {"schule": "Grundschule Süd", "kosten": 185.00},
            (
                "klassenfahrt.docx",
                docx("Klassenfahrt", "Dreitägige Fahrt zur Porta Nigra nach Trier, Kosten 185 Euro."),
            ),
        ),
        (
            "99030003027000",
            "Ehrenamtliche Tätigkeit Förderung",
            "Förderung eines Nachbarschaftsgartens",
            {"verein": "Grüne Ecke e. V.", "betrag": 750},
            real("office/word-de.docx", ("projekt.docx", docx("Nachbarschaftsgarten", "Hochbeete und Regentonnen."))),
        ),
    )


def _for_bau_and_tiefbau(real: Any) -> Sequence[tuple[Any, ...]]:
    plan = pdf("Lageplan", "Flurstück 117, Gemarkung Düren", "Einfamilienhaus mit Photovoltaik")
    return (
        (
            "99012008001001",
            "Baugenehmigung im vereinfachten Verfahren",
            "Neubau eines Einfamilienhauses",
            {"flurstueck": "117", "wohnflaeche": 142.5},
            ("lageplan.pdf", plan),
            ("baubeschreibung.docx", docx("Baubeschreibung", "Holzrahmenbau mit Photovoltaikanlage und Zisterne.")),
        ),
        (
            "99129030000000",
            "Anschluss an die Abwasserbeseitigung",
            "Kanalanschluss für ein Wohnhaus",
            {"strasse": "Rurweg", "hausnummer": "12a"},
            ("entwaesserung.eml", eml("Entwässerung", "Anbei der Entwässerungsplan.", attachment=("plan.pdf", plan))),
        ),
        (
            "99108012000000",
            "Sondernutzung von Straßen",
            "Gerüst auf dem Gehweg",
            {"von": "2026-12-01", "bis": "2026-12-15"},
            real("letters-pdf/letter-de.pdf", ("skizze.pdf", pdf("Skizze", "Gerüst vor Haus 9, Gehweg 1,20 m frei"))),
        ),
        (
            "99999999999999",
            "Noch unbekannte Leistung",
            "Anliegen ohne passende Ablageregel",
            {"anliegen": "Wohin damit?"},
            ("schreiben.txt", b"Dieses Schreiben landet im Posteingang der Poststelle."),
        ),
    )
