"""What the plan refuses, and why."""

from dms_kit.core.errors import DmsError, ErrorKind
from dms_records.domain.errors import AblageRefusedError


class AktenplaneinheitClosedError(AblageRefusedError):
    """Raised for filing under, and for changing, a unit that is stillgelegt or not valid; another one is needed."""

    code = "aktenplaneinheit-geschlossen"
    title = "Die Aktenplaneinheit ist stillgelegt oder nicht gültig"


class AufbewahrungsdauerMissingError(AblageRefusedError):
    """Raised for filing under a unit without Aussonderungsart or Aufbewahrungsdauer; the plan has to say it first."""

    code = "aufbewahrung-fehlt"
    title = "Der Aktenplaneinheit fehlt die Aussonderungsart oder die Aufbewahrungsdauer"


class ZustaendigkeitMissingError(AblageRefusedError):
    """Raised for filing under a unit that no office is responsible for; the plan has to say it first."""

    code = "zustaendigkeit-fehlt"
    title = "Für die Aktenplaneinheit ist keine Organisationseinheit zuständig"


class AktenplaneinheitExistsError(DmsError):
    """Raised for a new unit with a key that was given before; keys are never given again."""

    code = "aktenplaneinheit-vorhanden"
    kind = ErrorKind.CONFLICT
    title = "Den Schlüssel dieser Aktenplaneinheit gibt es schon"


class AktenplaneinheitParentError(DmsError):
    """Raised when the named unit above does not exist or takes nothing any more; the caller names another one."""

    code = "uebergeordnete-einheit-unzulaessig"
    kind = ErrorKind.CONFLICT
    title = "Unter diese Aktenplaneinheit darf nichts gestellt werden"


class AktenplanCycleError(DmsError):
    """Raised when a unit would stand below itself; the caller names another unit above."""

    code = "aktenplan-zirkel"
    kind = ErrorKind.CONFLICT
    title = "Die Aktenplaneinheit stünde unter sich selbst"


class AktenplanDepthError(DmsError):
    """Raised when a plan would get deeper than any JSON reader must read; the caller makes it flatter."""

    code = "aktenplan-zu-tief"
    kind = ErrorKind.CONFLICT
    title = "Der Aktenplan wird zu tief"


class AktenplanValidityError(DmsError):
    """Raised when a validity contradicts the unit above, those below, what is filed, or an earlier Stand."""

    code = "gueltigkeit-unvereinbar"
    kind = ErrorKind.CONFLICT
    title = "Die Gültigkeit widerspricht dem Aktenplan"


class AktenplaneinheitChildrenOpenError(DmsError):
    """Raised when a unit is closed before those below it; the caller closes these first."""

    code = "untergeordnete-einheiten-offen"
    kind = ErrorKind.CONFLICT
    title = "Unter der Aktenplaneinheit sind noch Einheiten offen"
