"""The program: which declaration is a stack's, how resources are grouped, what it refuses to run with."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from providers.base import KeptResource
from providers.settings import REHEARSAL_PASSPHRASE
from schemas.systems import Application
from stacks import program
from tests.stacks.conftest import NAMES, Engine, secrets_text
from tests.support.private import write_private

SECRET_MARK = "4dabf18193072939515e22adb298388d"


# -- run -------------------------------------------------------------------------------------------------


def configure(**config: str) -> None:
    pulumi.runtime.set_all_config({f"fusion:{key}": value for key, value in config.items()})


def test_the_stacks_secrets_can_be_a_config_secret(engine: Engine, root: Path) -> None:
    configure(secrets=secrets_text())
    outputs = engine.run(program.run)
    assert outputs["summary"]["created"] > 20


def test_or_a_file_outside_git(engine: Engine, root: Path) -> None:
    write_private(root / "mine.yaml", secrets_text())
    configure(secretsFile="mine.yaml")
    assert engine.run(program.run)["summary"]["created"] > 20


def test_no_debug_message_leaves_the_program(
    engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK's own say the outputs in clear, the password among them: `up --json` and event logs would have them."""
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "debug", lambda message, *_, **__: said.append(message))
    configure(secrets=secrets_text())
    engine.run(program.run)
    assert any("outputs" in message for message in said)
    said.clear()
    program.keep_debug_messages_back()
    engine.run(program.run)
    assert said == []


def test_findings_stop_it_before_anything_is_registered(engine: Engine, root: Path) -> None:
    """All of them at once, with their places."""
    configure(secrets=secrets_text(people={}, passwords={}))
    with pytest.raises(
        pulumi.RunError, match=r"^\d\d findings, nothing was written to the portal:\n.*unknown-person"
    ):
        program.run()
    assert engine.registered.requests == []


def test_a_secrets_file_with_findings_repeats_no_value(engine: Engine, root: Path) -> None:
    configure(secrets=secrets_text(people={"els.peeters": {"insz": "85073003329"}}))
    with pytest.raises(pulumi.RunError, match=r"the secret fusion:secrets:1:.*check-digits") as caught:
        program.run()
    assert "85073003329" not in str(caught.value)


def test_a_setting_that_there_is_not_is_refused_with_the_nearest_that_there_is(
    engine: Engine, root: Path
) -> None:
    """Misspelt, it would switch off what it is for without a word."""
    configure(secrets=secrets_text(), operater="els.peeters", zzz="1")
    with pytest.raises(pulumi.RunError) as caught:
        program.run()
    operater, zzz = str(caught.value).splitlines()
    assert operater.startswith("stacks/Pulumi.pajottegem.yaml: fusion:operater is no setting")
    assert operater.endswith("did you mean `operator`?")
    assert zzz.startswith("stacks/Pulumi.pajottegem.yaml: fusion:zzz is no setting")
    assert "there are portalUrl, " in zzz
    assert engine.registered.requests == []


def test_settings_of_other_projects_and_the_engine_are_not_ours(engine: Engine, root: Path) -> None:
    configure(secrets=secrets_text())
    pulumi.runtime.set_config("pulumi:disable-default-providers", "[]")
    assert engine.run(program.run)["summary"]


@pytest.mark.parametrize("portal", ["https://portal.example", "https://10.0.0.1/"])
def test_a_real_portal_is_refused_the_rehearsals_passphrase(
    portal: str, engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its secrets would lie in state under a passphrase that everybody knows."""
    configure(portalUrl=portal, secrets=secrets_text())
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", REHEARSAL_PASSPHRASE)
    with pytest.raises(pulumi.RunError, match="change-secrets-provider"):
        program.run()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "one of our own")
    configure(portalUrl=portal, secrets=secrets_text(), clientKeyFile="/safe/key.pem")
    assert engine.run(program.run)["summary"]


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"FILE": "rehearsal\n"}, "well-known"),
        ({"FILE": "  rehearsal"}, "well-known"),
        ({"FILE": "\n"}, "empty"),
        ({"": ""}, "empty"),
        ({"": "", "FILE": "one of our own"}, "empty"),
        ({"": "rehearsal", "FILE": "one of our own"}, "well-known"),
        ({"FILE": "one of our own\n"}, None),
        ({"": "one of our own", "FILE": "rehearsal"}, None),
    ],
)
def test_a_passphrase_is_looked_at_where_the_engine_takes_it_from(
    engine: Engine,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    reason: str | None,
) -> None:
    configure(portalUrl="https://portal.example", secrets=secrets_text(), clientKeyFile="/safe/key.pem")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    if "" in variables:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", variables[""])
    if "FILE" in variables:
        (tmp_path / "passphrase").write_text(variables["FILE"])
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    if reason is None:
        assert engine.run(program.run)["summary"]
    else:
        with pytest.raises(pulumi.RunError, match=f"the passphrase is .*{reason}"):
            program.run()


def test_a_real_portal_is_refused_every_rehearsal_value_at_once(
    engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generated people must never become users of a real centre."""
    configure(portalUrl="https://portal.example")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", REHEARSAL_PASSPHRASE)
    with pytest.raises(pulumi.RunError, match=r"(?s)passphrase.*generated ones.*fusion:clientId"):
        program.run()
    assert engine.registered.requests == []


@pytest.mark.parametrize("portal", ["embedded", "http://127.0.0.1:8080", "http://localhost:8080"])
def test_a_rehearsals_portal_may_have_it(
    portal: str, engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(portalUrl=portal, secrets=secrets_text())
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", REHEARSAL_PASSPHRASE)
    assert engine.run(program.run)["summary"]


# -- the state's portal ------------------------------------------------------------------------------------


def test_a_run_has_the_state_remember_the_portal(
    engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The identity was told before the run, or is known since an earlier one."""
    configure(secrets=secrets_text())
    assert engine.run(program.run)["portal"] == {"url": "embedded", "identity": ""}
    monkeypatch.setenv("FUSION_PORTAL_IDENTITY", "ab12")
    known = engine.run(program.run)["portal"]
    assert known == {"url": "embedded", "identity": "ab12"}
    engine.portal.last_run["portal"] = known
    monkeypatch.delenv("FUSION_PORTAL_IDENTITY")
    assert engine.run(program.run)["portal"] == known


@pytest.mark.parametrize(
    ("url", "told"),
    [("http://127.0.0.1:8080", None), ("http://127.0.0.1:8080", "cd34"), ("embedded", "cd34")],
)
def test_with_another_portal_nothing_is_registered(
    url: str, told: str | None, engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever starts the engine: the issue's `up --refresh=false` wrote to an empty portal."""
    engine.portal.last_run["portal"] = {"url": "embedded", "identity": "ab12"}
    configure(portalUrl=url, secrets=secrets_text())
    if told is not None:
        monkeypatch.setenv("FUSION_PORTAL_IDENTITY", told)
    with pytest.raises(
        pulumi.RunError, match=r"the state of pajottegem belongs to the portal embedded \(ab12\)"
    ):
        program.run()
    assert engine.registered.requests == []


def test_a_portal_that_moved_is_the_same(engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.portal.last_run["portal"] = {"url": "embedded", "identity": "ab12"}
    configure(portalUrl="http://127.0.0.1:8080", secrets=secrets_text())
    monkeypatch.setenv("FUSION_PORTAL_IDENTITY", "ab12")
    assert engine.run(program.run)["portal"] == {"url": "http://127.0.0.1:8080", "identity": "ab12"}
    assert "the portal moved from embedded to http://127.0.0.1:8080" in engine.warnings[0]


# -- register --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_fusion_registers_in_groups_like_the_manuals_chapters(name: str, engine: Engine) -> None:
    """A centre, in it the portal's applications, in these the resources."""
    planned, _ = engine.register(name)
    for item in planned:
        request = engine.registered.named(item.name)
        role, application = item.centre.role, program._type_word(item.group)
        chain = f"fusion:{role}:Centre$fusion:{role}:{application}"
        assert request.parent.endswith(f"{chain}::{item.centre.name} {item.group}")
        assert request.type == f"pulumi-python:{item.resource._resource_type_name}"


def test_types_of_groups_are_words() -> None:
    """They are in every URN."""
    assert [program._type_word(application) for application in Application] == [
        "Toegangsbeheer",
        "ChaMan",
        "OcmwConfiguratie",
        "Integraties",
        "EBox",
        "UniekVerslag",
        "OcmwOnline",
        "Behouden",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_destroy_must_leave_is_told_to_the_engine(name: str, engine: Engine) -> None:
    """R05, R22–R24, R39."""
    planned, _ = engine.register(name)
    for item in planned:
        kept = item.kept_on_destroy or issubclass(item.resource, KeptResource)
        assert engine.registered.named(item.name).retainOnDelete is kept


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_secret_to_the_engine(name: str, engine: Engine) -> None:
    planned, _ = engine.register(name)
    for item in planned:
        properties = engine.registered.named(item.name).object
        for key in item.secrets:
            assert SECRET_MARK in properties[key], f"{item.name}.{key}"


def test_what_comes_first_is_told_to_the_engine(engine: Engine) -> None:
    """R28: the sender, and R37: the certificate."""
    engine.register("pajottegem")
    needed = engine.registered.named("pajottegem-ftp-account").dependencies
    assert {urn.rpartition("::")[2] for urn in needed} == {"pajottegem-sender", "pajottegem-ftp-certificate"}


def test_what_is_not_declared_is_not_sent(engine: Engine) -> None:
    """R17: absent is as it is; null would be a value."""
    engine.register("pajottegem")
    request = engine.registered.named("pajottegem-werkgeverSocialeZekerheid-access-managers")
    assert "coAccessManagers" not in request.object
