"""Where secrets come from: file, stack, command or environment give the same, and none of them tells what it gave."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from providers import secret_sources
from providers.secret_sources import SecretsNotRead, are_rehearsals, find_source, read_secrets
from providers.settings import settings_from
from schemas.errors import DeclarationError, SettingError
from tests.providers.people import ssin
from tests.support.private import write_private

KEY, SAID = "els.peeters", "what nobody may repeat"
TEXT = json.dumps({"people": {KEY: {"insz": ssin(KEY)}}, "passwords": {"pajottegem/ftp": "Ab1,cd2.ef"}})


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of its own, in which no command was asked yet."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.delenv("FUSION_SECRETS", raising=False)
    secret_sources.ask_anew()
    yield tmp_path
    secret_sources.ask_anew()


def python(code: str) -> str:
    """A command that runs this code."""
    return shlex.join([sys.executable, "-c", code])


def command(line: str) -> dict[str, str]:
    return {"secretsFrom": "command", "secretsCommand": line}


@pytest.mark.parametrize("source", ["", "file", "stack", "command", "environment"])
def test_each_source_gives_the_same(source: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(root / "mine.yaml", TEXT)
    monkeypatch.setenv("FUSION_SECRETS", TEXT)
    settings = {
        "secretsFrom": source,
        "secretsFile": "mine.yaml",
        "secrets": TEXT if source == "stack" else "",
        "secretsCommand": "cat mine.yaml",
    }
    secrets = read_secrets(settings.get)
    assert secrets.people() == [KEY]
    assert secrets.password("pajottegem/ftp") == "Ab1,cd2.ef"


def test_without_a_word_the_stacks_own_goes_before_the_file(root: Path) -> None:
    write_private(root / "mine.yaml", "people: {}")
    settings = {"secretsFile": "mine.yaml"}
    assert read_secrets(settings.get).people() == []
    assert read_secrets({**settings, "secrets": TEXT}.get).people() == [KEY]
    assert read_secrets({**settings, "secrets": TEXT, "secretsFrom": "file"}.get).people() == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"secretsFrom": "vault"}, "fusion:secretsFrom is vault: one of file, stack, command, environment"),
        ({"secretsFrom": "command"}, "fusion:secretsFrom is command, and fusion:secretsCommand says none"),
        (command("  "), "fusion:secretsCommand says none"),
    ],
)
def test_settings_that_name_no_source_are_told_with_the_others(settings: dict[str, str], told: str) -> None:
    with pytest.raises(SettingError) as caught:
        settings_from({**settings, "deadlineSeconds": "-1"}.get, "stacks/Pulumi.pajottegem.yaml")
    assert told in str(caught.value)
    assert "deadlineSeconds" in str(caught.value)
    with pytest.raises(SettingError):
        read_secrets(settings.get)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (python(f"import sys; sys.stderr.write({SAID!r}); sys.exit(7)"), "ended with 7"),
        (python(f"print({SAID!r}); raise SystemExit(1)"), "ended with 1"),
        (python("pass"), "printed nothing"),
        (python("import sys; sys.stdout.buffer.write(bytes([255, 254, 250]))"), "no UTF-8"),
        ("no-such-program-anywhere read", "no-such-program-anywhere: No such file"),
        ("cat 'mine.yaml", "cannot be split into words"),
    ],
)
def test_a_command_that_gives_nothing_is_told_and_not_repeated(line: str, told: str) -> None:
    with pytest.raises((SecretsNotRead, SettingError)) as caught:
        read_secrets(command(line).get)
    assert told in str(caught.value)
    assert SAID not in str(caught.value)


def test_a_command_that_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_sources, "COMMAND_SECONDS", 0.2)
    with pytest.raises(SecretsNotRead, match="did not end within"):
        read_secrets(command(python("import time; time.sleep(60)")).get)


@pytest.mark.parametrize("line", [f"TOKEN={SAID!r} vault read", f'"TOKEN={SAID}" vault', f"TOKEN='{SAID}"])
def test_a_token_before_the_command_is_not_repeated(line: str) -> None:
    """A shell would take it as a variable; here it would be the program's name."""
    for read in (read_secrets, lambda get: settings_from(get, "stacks/Pulumi.pajottegem.yaml")):
        with pytest.raises(SettingError, match=r"begins with an assignment|cannot be split") as caught:
            read(command(line).get)
        assert SAID not in str(caught.value) + caught.value.way_out


def test_what_a_command_started_ends_with_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipe is at its end when nobody holds it any more: the program's own child neither."""
    os.mkfifo(root / "alive")
    reader = os.open(root / "alive", os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(secret_sources, "COMMAND_SECONDS", 2.0)
    child = "import time; time.sleep(60)"
    parent = (
        "import subprocess, sys; pipe = open('alive', 'w'); pipe.write('x'); pipe.flush(); "
        f"subprocess.run([sys.executable, '-c', {child!r}], pass_fds=[pipe.fileno()])"
    )
    try:
        with pytest.raises(SecretsNotRead, match="did not end within"):
            read_secrets(command(python(parent)).get)
        os.set_blocking(reader, True)
        assert os.read(reader, 1) == b"x"
        ready, _, _ = select.select([reader], [], [], 30)
        assert ready, "something of it still runs"
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


def test_a_command_has_no_terminal_of_ours() -> None:
    """It leads a session of its own, to which no terminal belongs."""
    told = python("import os; print('people: {}' if os.getsid(0) == os.getpid() else '')")
    assert read_secrets(command(told).get).people() == []


def test_a_command_cannot_ask_anything() -> None:
    """In the engine nobody sees its question."""
    with pytest.raises(SecretsNotRead, match="ended with 1"):
        read_secrets(command(python("input()")).get)


def test_no_shell_reads_the_command(root: Path) -> None:
    with pytest.raises(SecretsNotRead):
        read_secrets(command("cat mine.yaml; touch made").get)
    assert not (root / "made").exists()


def test_what_is_no_secrets_file_has_findings_that_repeat_nothing() -> None:
    with pytest.raises(DeclarationError) as caught:
        read_secrets(command(python(f"print('passwords: [{SAID}')")).get)
    assert "what fusion:secretsCommand prints:" in str(caught.value)
    assert SAID not in str(caught.value)


def test_a_command_is_started_once_until_it_is_asked_anew(root: Path) -> None:
    line = command(python("open('asked', 'a').write('x'); print('people: {}')"))
    for _ in range(3):
        read_secrets(line.get)
    assert (root / "asked").read_text() == "x"
    secret_sources.ask_anew()
    read_secrets(line.get)
    assert (root / "asked").read_text() == "xx"


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_missing(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is not None:
        monkeypatch.setenv("FUSION_SECRETS", value)
    with pytest.raises(SecretsNotRead, match=r"FUSION_SECRETS is (empty|not set)"):
        read_secrets({"secretsFrom": "environment"}.get)


def test_a_secret_of_the_stack_that_is_missing() -> None:
    with pytest.raises(SecretsNotRead, match="pulumi config set --secret"):
        read_secrets({"secretsFrom": "stack"}.get)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o610])
def test_a_file_that_others_may_use_is_refused(mode: int, root: Path) -> None:
    write_private(root / "mine.yaml", TEXT).chmod(mode)
    with pytest.raises(DeclarationError) as caught:
        read_secrets({"secretsFile": "mine.yaml"}.get)
    assert f"its mode is {mode:04o}" in str(caught.value)
    assert "chmod 600" in str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_one_of_its_owner_only_is_read(mode: int, root: Path) -> None:
    write_private(root / "mine.yaml", TEXT).chmod(mode)
    assert read_secrets({"secretsFile": "mine.yaml"}.get).people() == [KEY]


@pytest.mark.parametrize(
    ("settings", "generated"),
    [
        ({}, True),
        ({"secretsFile": ".state/rehearsal/secrets.yaml"}, True),
        ({"secretsFrom": "file"}, True),
        ({"secretsFile": "mine.yaml"}, False),
        ({"secrets": TEXT}, False),
        ({"secretsFrom": "stack"}, False),
        (command("cat mine.yaml"), False),
        ({"secretsFrom": "environment"}, False),
    ],
)
def test_which_people_are_the_rehearsals(settings: dict[str, str], generated: bool) -> None:
    assert are_rehearsals(settings.get) is generated


@pytest.mark.parametrize("source", ["file", "command", "environment"])
def test_other_secrets_are_seen_as_a_change(source: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"secretsFrom": source, "secretsFile": "mine.yaml", "secretsCommand": "cat mine.yaml"}

    def read(text: str) -> bytes:
        write_private(root / "mine.yaml", text)
        monkeypatch.setenv("FUSION_SECRETS", text)
        secret_sources.ask_anew()
        return find_source(settings.get).read_changes()

    assert read("people: {}") != read(TEXT)
    assert read(TEXT) == read(TEXT)


def program(name: str) -> str:
    """Where a program of Debian's is, which the page's example needs."""
    found = shutil.which(name)
    assert found, f"{name} is missing here: `apt install {name}`"
    return found


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["a pipe", "a folder", "others on this machine may use the file"])
def test_changes_of_a_file_that_is_none_are_no_changes(kind: str, root: Path) -> None:
    """As in `load`: in words, and at once."""
    path = root / "mine.yaml"
    if kind == "a pipe":
        os.mkfifo(path, 0o600)
    elif kind == "a folder":
        path.mkdir()
    else:
        write_private(path, TEXT).chmod(0o644)
    with pytest.raises(SecretsNotRead, match=kind):
        find_source({"secretsFile": "mine.yaml"}.get).read_changes()


def test_the_pages_example_with_openssl(root: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operations")])
    now = datetime.now(UTC)
    own = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, SHA256()
    )
    write_private(
        root / "operations.key",
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )
    (root / "operations.cer").write_bytes(own.public_bytes(Encoding.PEM))
    write_private(root / "clear.yaml", TEXT)
    encrypt = (
        "cms -encrypt -binary -aes-256-cbc -in clear.yaml -out secrets.cms -outform DER -recip operations.cer"
    )
    subprocess.run([program("openssl"), *encrypt.split()], cwd=root, check=True, capture_output=True)
    line = "openssl cms -decrypt -in secrets.cms -inform DER -inkey operations.key"
    assert read_secrets(command(line).get).people() == [KEY]


@pytest.fixture
def gpg_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys of its own; whatever `gpg` starts for them ends with the test."""
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    yield
    subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


@pytest.mark.usefixtures("gpg_home")
def test_the_pages_example_with_gpg(root: Path) -> None:
    batch = [program("gpg"), "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
    subprocess.run([*batch, "--quick-generate-key", "operations"], check=True, capture_output=True)
    target = ["-r", "operations", "-o", str(root / "secrets.yaml.gpg"), "--encrypt"]
    subprocess.run(
        [*batch, "--trust-model", "always", *target], input=TEXT.encode(), check=True, capture_output=True
    )
    assert read_secrets(command("gpg --batch --quiet --decrypt secrets.yaml.gpg").get).people() == [KEY]
