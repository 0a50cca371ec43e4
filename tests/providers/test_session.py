"""The process's one connection, and the configuration that the engine hands to each provider class."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from providers import session
from providers.access import UserProvider
from providers.chaman import FtpAccountProvider
from providers.retained import RetainedProvider
from providers.settings import Settings, project_root, settings_from
from tests.providers.conftest import settings
from tests.providers.portal_double import PAJOTTEGEM, client_key

pytestmark = pytest.mark.usefixtures("forgotten")


def request(**config: str) -> ConfigureRequest:
    return ConfigureRequest(Config({f"fusion:{key}": value for key, value in config.items()}, "fusion"))


def test_before_the_engine_configured_it_there_is_no_portal() -> None:
    with pytest.raises(RuntimeError, match="not configured"):
        session.reading(PAJOTTEGEM)


@pytest.mark.parametrize("cls", [UserProvider, FtpAccountProvider, RetainedProvider])
def test_each_provider_class_takes_the_engines_configuration(cls: type) -> None:
    cls().configure(request(portalUrl="http://127.0.0.1:8080/", clientId="us", clientKey=client_key()))
    assert session.connection().client_id == "us"


def test_all_classes_share_one_connection() -> None:
    asked = request(portalUrl="http://127.0.0.1:8080", clientKey=client_key())
    UserProvider().configure(asked)
    connection = session.connection()
    FtpAccountProvider().configure(asked)
    assert session.connection() is connection


def test_other_settings_are_another_connection() -> None:
    UserProvider().configure(request(portalUrl="http://127.0.0.1:8080", clientKey=client_key()))
    connection = session.connection()
    UserProvider().configure(request(portalUrl="http://127.0.0.1:9090", clientKey=client_key()))
    assert session.connection() is not connection
    assert connection._network.is_closed


def test_without_any_configuration_it_is_the_rehearsals(tmp_path: Path) -> None:
    """A preview works on a fresh checkout with nothing started."""
    found = settings_from(lambda key: None)
    key = tmp_path / ".state" / "rehearsal" / "client-key.pem"
    assert found == Settings("embedded", "rehearsal", None, key, 120.0)
    assert found.embedded
    assert found.on_this_machine


def test_values_arrive_as_texts() -> None:
    """The engine hands over texts, for integers too; an empty one is none."""
    config = {"deadlineSeconds": "5", "clientId": "", "portalUrl": "https://portal.example/"}
    found = settings_from(config.get)
    assert (found.deadline_seconds, found.client_id) == (5.0, "rehearsal")
    assert (found.base_url, found.embedded) == ("https://portal.example", False)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("embedded", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost", True),
        ("https://portal.example", False),
        ("https://localhost.example", False),
        ("https://127.0.0.1.example", False),
    ],
)
def test_a_rehearsals_portal_is_on_this_machine(url: str, here: bool) -> None:
    assert settings_from({"portalUrl": url}.get).on_this_machine is here


def test_a_key_is_never_shown() -> None:
    assert "PRIVATE" not in repr(settings())


def test_the_folder_of_the_project_is_this_checkout_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUSION_ROOT")
    assert (project_root() / "Pulumi.yaml").is_file()


def test_a_process_that_goes_on_collects_its_garbage_again() -> None:
    thresholds = gc.get_threshold()
    session.configure(settings())
    session.connection()
    assert gc.get_freeze_count()
    session.close()
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, thresholds)
