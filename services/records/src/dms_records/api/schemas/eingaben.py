"""What is sent to change Akten and Vorgänge."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dms_kit.core.text import normalise
from dms_records.api.schemas.fields import WHOLE, Vertraulichkeit

Zeile = Annotated[
    str,
    Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"),
    AfterValidator(normalise),
]
Zeichen = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"),
    AfterValidator(normalise),
]
Zeichenliste = Annotated[list[Zeichen], Field(max_length=20)]
# Strict elsewhere: JSON has no UUIDs, so these are read from texts.
Kennung = Annotated[UUID, Field(strict=False)]
Schluessel = Annotated[str, Field(min_length=1, max_length=60)]
Nummer = Annotated[int, Field(ge=1, le=1_000_000), WHOLE]

# The same of Akte and Vorgang.
GEAENDERTE_VERTRAULICHKEIT = Field(
    None,
    description="Höher gilt sie auch für alles darin; niedriger nicht, und nie niedriger als darüber."
    " Höher als Sie lesen dürfen, können Sie nichts einstufen.",
    examples=["vertraulich"],
)


class Eingabe(BaseModel):
    """Was gesendet wird: nur bekannte Felder, keine Umwandlung von Typen."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AkteEntwurf(Eingabe):
    """Eine Akte, die begonnen wird; mit `uebergeordnet_id` eine Teilakte."""

    titel: Zeile = Field(examples=["Beispielstraße 1, Düren"])
    aktenplaneinheit: Schluessel = Field(description="Schlüssel der Aktenplaneinheit.", examples=["61.10"])
    organisationseinheit: Schluessel | None = Field(
        None, description="Schlüssel der zuständigen Organisationseinheit; sonst die der Aktenplaneinheit."
    )
    uebergeordnet_id: Kennung | None = Field(
        None, description="Die Akte, zu der eine Teilakte gehört; unter derselben Aktenplaneinheit."
    )
    position: Nummer | None = Field(None, description="Nur für Teilakten.")
    vertraulichkeit: Vertraulichkeit | None = Field(None, description="Sonst die von oben; nie niedriger.")


class AkteAenderung(Eingabe):
    """Was an einer Akte geändert wird; was fehlt, bleibt."""

    titel: Zeile | None = None
    vertraulichkeit: Vertraulichkeit | None = GEAENDERTE_VERTRAULICHKEIT
    position: Nummer | None = Field(None, description="Null nimmt die Nummer.")
    fremde_geschaeftszeichen: Zeichenliste | None = Field(None, description="Ersetzt die ganze Liste.")


class VorgangEntwurf(Eingabe):
    """Ein Vorgang, der begonnen wird; mit `uebergeordnet_id` ein Teilvorgang."""

    akte_id: Kennung
    betreff: Zeile = Field(examples=["Antrag auf Baugenehmigung"])
    uebergeordnet_id: Kennung | None = Field(
        None, description="Der Vorgang derselben Akte, zu dem ein Teilvorgang gehört."
    )
    position: Nummer | None = None
    vertraulichkeit: Vertraulichkeit | None = Field(None, description="Sonst die von oben; nie niedriger.")


class VorgangAenderung(Eingabe):
    """Was an einem Vorgang geändert wird; was fehlt, bleibt."""

    betreff: Zeile | None = None
    vertraulichkeit: Vertraulichkeit | None = GEAENDERTE_VERTRAULICHKEIT
    position: Nummer | None = Field(None, description="Null nimmt die Nummer.")
    fremde_geschaeftszeichen: Zeichenliste | None = Field(None, description="Ersetzt die ganze Liste.")


class Begruendung(Eingabe):
    """Warum; steht nur im Protokoll."""

    grund: Zeile = Field(examples=["Widerspruch eingegangen"])


class AkteUmzug(Eingabe):
    """Wohin eine Akte mit allem darin umzieht, und warum."""

    aktenplaneinheit: Schluessel = Field(description="Schlüssel der Aktenplaneinheit.", examples=["61.10"])
    organisationseinheit: Schluessel | None = Field(None, description="Sonst die der Aktenplaneinheit.")
    uebergeordnet_id: Kennung | None = Field(None, description="Die Akte, unter der sie Teilakte wird.")
    position: Nummer | None = None
    grund: Zeile = Field(examples=["Irrtümlich hier abgelegt"])


class VorgangUmzug(Eingabe):
    """Wohin ein Vorgang mit allem darunter umzieht, und warum."""

    akte_id: Kennung
    uebergeordnet_id: Kennung | None = Field(None, description="Der Vorgang, unter dem er Teilvorgang wird.")
    position: Nummer | None = None
    grund: Zeile = Field(examples=["Irrtümlich hier abgelegt"])
