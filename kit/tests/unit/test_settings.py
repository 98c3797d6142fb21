import pytest
from pydantic import ValidationError

from dms_kit.settings import KitSettings


def test_environment_is_read(monkeypatch):
    monkeypatch.setenv("DMS_ISSUERS", '{"http://localhost:8080/oidc/dueren": "dueren"}')
    monkeypatch.setenv("DMS_CORS_ORIGINS", "http://a.example, http://b.example")
    monkeypatch.setenv("DMS_DATA", "/srv/akten")
    settings = KitSettings()
    assert settings.issuers == {"http://localhost:8080/oidc/dueren": "dueren"}
    assert settings.cors_origins == ("http://a.example", "http://b.example")
    assert str(settings.objects) == "/srv/akten/objects"


def test_malformed_value_stops_without_being_shown(monkeypatch):
    monkeypatch.setenv("DMS_METRICS_PORT", "geheim")
    with pytest.raises(ValidationError) as refused:
        KitSettings()
    assert "geheim" not in str(refused.value)


def test_every_setting_is_described():
    assert all(field.description for field in KitSettings.model_fields.values())
