"""What records refuses, and why."""

from dms_kit.core.errors import DmsError, ErrorKind
from dms_kit.core.fixity import Schaden


class AblageRefusedError(DmsError):
    """
    Raised when the plan gives no place to file in; by rule it goes to the Posteingang with the German reason, by hand
    the caller names another unit.
    """

    code = "ablage-verweigert"
    kind = ErrorKind.CONFLICT
    title = "Hier darf nicht abgelegt werden"

    @property
    def grund(self) -> str:
        """Return the reason in German."""
        return self.detail


class AnlageMismatchError(Exception):
    """Raised when an object is not the one that the message names; the message becomes a dead letter at once."""


class AktenzeichenInvalidError(DmsError):
    """Raised for a template that would not give unique, whole numbers; whoever saves it corrects it."""

    code = "aktenzeichen-vorlage-ungueltig"
    kind = ErrorKind.INVALID
    title = "Die Vorlage für Aktenzeichen ist ungültig"


class GemeindeInvalidError(ValueError):
    """Raised for a file that describes a municipality wrongly; the text says in German what and where."""


class VorgangUnknownError(Exception):
    """Raised when an event names a Vorgang that does not exist; the message becomes a dead letter at once."""


class PosteingangFiledError(DmsError):
    """Raised by `assign` for an item that was filed before; the caller reloads the Posteingang."""

    code = "bereits-abgelegt"
    kind = ErrorKind.CONFLICT
    title = "Der Posteingang ist bereits abgelegt"


class DokumentInfectedError(DmsError):
    """Raised when content is asked for in which a virus was found; it is never served."""

    code = "inhalt-gesperrt"
    kind = ErrorKind.CONFLICT
    title = "Die Datei ist befallen und wird nicht ausgeliefert"


class DokumentUnscannedError(DmsError):
    """Raised when content is asked for that waits for the virus scan; the client asks again after `retry_after`."""

    code = "inhalt-ungeprueft"
    kind = ErrorKind.CONFLICT
    title = "Die Datei ist nicht auf Viren geprüft und wird noch nicht ausgeliefert"


class DokumentDamagedError(DmsError):
    """Raised when content is not what was written, or was found so before; operations restore and release it."""

    code = "inhalt-beschaedigt"
    kind = ErrorKind.UNAVAILABLE
    title = "Die Datei ist beschädigt und wird nicht ausgeliefert"
    retry_after = 3600

    def __init__(self, schaden: Schaden) -> None:
        super().__init__()
        self.schaden = schaden


class DokumentWithoutLesefassungError(DmsError):
    """Raised when a reading version is asked for that only form data have."""

    code = "keine-lesefassung"
    kind = ErrorKind.NOT_FOUND
    title = "Zu diesem Dokument gibt es keine Lesefassung"


class DokumentRangeError(DmsError):
    """Raised when no byte of the asked range exists; the client asks again within the size."""

    code = "bereich-unerfuellbar"
    kind = ErrorKind.RANGE_NOT_SATISFIABLE
    title = "Der angefragte Bereich liegt außerhalb der Datei"


class SchriftgutClosedError(DmsError):
    """Raised by every change of an Akte or Vorgang that is zdA, or of what lies in it; it is reopened first."""

    code = "schriftgut-zda"
    kind = ErrorKind.CONFLICT
    title = "Das Schriftgut ist zu den Akten verfügt"


class SchriftgutNotClosedError(DmsError):
    """Raised by `reopen` for what is not zdA; the caller reloads it."""

    code = "schriftgut-nicht-zda"
    kind = ErrorKind.CONFLICT
    title = "Das Schriftgut ist nicht zu den Akten verfügt"


class SchriftgutDraftError(DmsError):
    """Raised by what needs a number, of the object itself or of the one above; it is registered first."""

    code = "schriftgut-entwurf"
    kind = ErrorKind.CONFLICT
    title = "Das Schriftgut ist noch ein Entwurf"


class SchriftgutRegisteredError(DmsError):
    """Raised by `register` for what has its number already; a number is given once."""

    code = "schriftgut-registriert"
    kind = ErrorKind.CONFLICT
    title = "Das Schriftgut ist bereits registriert"


class AkteRegisteredError(DmsError):
    """Raised when a registered Akte is to be deleted: only Aussonderung may do that."""

    code = "akte-registriert"
    kind = ErrorKind.CONFLICT
    title = "Eine registrierte Akte wird nicht gelöscht"


class AkteNotEmptyError(DmsError):
    """Raised when the draft of an Akte is to be deleted in which something lies; the detail counts it."""

    code = "akte-nicht-leer"
    kind = ErrorKind.CONFLICT
    title = "Die Akte ist nicht leer"


class SchriftgutOpenError(DmsError):
    """Raised by `close` while something below is not zdA; the detail counts it."""

    code = "schriftgut-offen"
    kind = ErrorKind.CONFLICT
    title = "Darin ist noch nicht alles zu den Akten verfügt"


class AufgabeOpenError(DmsError):
    """Raised by `close` of a Vorgang whose Aufgaben are not all done."""

    code = "aufgaben-offen"
    kind = ErrorKind.CONFLICT
    title = "Zu diesem Vorgang ist noch eine Aufgabe offen"


class SchriftgutParentError(DmsError):
    """Raised when an object cannot lie below the named one (another plan unit, another Akte, itself)."""

    code = "uebergeordnet-unzulaessig"
    kind = ErrorKind.CONFLICT
    title = "Das übergeordnete Schriftgut ist hier nicht zulässig"


class SchriftgutTooDeepError(DmsError):
    """Raised when something would lie deeper below the plan than the setting allows."""

    code = "gliederung-zu-tief"
    kind = ErrorKind.CONFLICT
    title = "Die Gliederung ist zu tief"


class SchriftgutProtectionError(DmsError):
    """Raised when something would be less confidential than what it lies in; it may only be stricter."""

    code = "vertraulichkeit-zu-niedrig"
    kind = ErrorKind.CONFLICT
    title = "Die Vertraulichkeit ist niedriger als darüber"


class SchriftgutPositionError(DmsError):
    """Raised for a position number that a sibling has, or where siblings are numbered otherwise."""

    code = "position-unzulaessig"
    kind = ErrorKind.CONFLICT
    title = "Die Positionsnummer ist hier nicht zulässig"
