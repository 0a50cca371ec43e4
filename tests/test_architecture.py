"""The house's plan, held by tests: which package may know which, how long a module may be, what may be raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("benchmarks", "emulator", "engine", "operations", "providers", "schemas", "stacks", "tests")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
LONGEST = 350

MAY_KNOW: dict[str, set[str]] = {
    "schemas": set(),
    "providers": {"schemas"},
    "stacks": {"providers", "schemas"},
    "operations": {"stacks", "providers", "schemas", "emulator"},
    "emulator": set(),
    "engine": set(),
    "benchmarks": {"operations", "stacks", "providers", "schemas", "emulator"},
}
EXCEPTIONS = {
    (
        "providers/transport.py",
        "emulator.embedded",
    ): "the embedded portal's transport, where the emulator is the portal",
    (
        "stacks/last_look.py",
        "emulator.standing",
    ): "the embedded portal's identity, before a run that need not ask for it",
}

# Beside the tree in schemas/errors.py: what never reaches a person as it is, and why it is not in the tree.
OTHER_ERRORS = {
    "emulator.signin.rest_accounts.NoEntry": "becomes an answer of RFC 6749 in the emulator",
    "emulator.calendar.clock.ClockError": "the emulator is a portal of its own; its controls raise for their callers",
    "emulator.signin.oauth.OAuthError": "becomes an answer of RFC 6749 in the emulator",
    "emulator.core.problems.Problem": "becomes an application/problem+json in the emulator",
    "emulator.core.problems.SocketFault": "becomes a broken connection in the emulator",
    "emulator.seeds.migrations.OtherLayoutError": "the emulator's file is of a later version",
    "emulator.systems.chaman.certificate_files.Refused": "becomes an issue of a 400 in the emulator",
    "engine.failures.CommandFailed": "set-up runs before this project's packages can be imported",
    "engine.failures.NoEngine": "set-up runs before this project's packages can be imported",
    "engine.failures.SetupError": "set-up runs before this project's packages can be imported",
    "operations.fleet.interruption.Interrupted": "a stack is not begun any more; nothing failed",
    "operations.stories.interruption.Interrupted": "ends a story that somebody interrupts; nothing failed",
    "operations.chief_access_managers.plain_book.TooLarge": "its caller knows which file, and says so",
    "providers.answers._Unfit": "one attempt; becomes the next",
    "providers.retry.Failed": "one attempt; the client turns the last one into a PortalError",
    "schemas.certificate_files.CertificateError": "becomes a finding",
    "schemas.document._NotADeclaration": "becomes a finding",
    "schemas.files.Outside": "becomes a finding",
    "schemas.files.Unreadable": "becomes a finding",
    "schemas.identifiers.IdentifierError": "a ValueError, for the models' validators; becomes a finding",
}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(), name)


def imported(name: str) -> Iterator[str]:
    """Every module that a file imports, wherever in it, with what it takes from packages: `emulator.controls`."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{name}:{node.lineno} imports relatively, which this test does not follow"
            )
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str) -> set[tuple[str, str]]:
    """`(package, dotted name)` of what a file imports from this project."""
    return {
        (module.partition(".")[0], module)
        for module in imported(name)
        if module.partition(".")[0] in PACKAGES
    }


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("tests/")])
def test_arrows_point_one_way(name: str) -> None:
    """operations → stacks → providers → schemas; the emulator knows none of them."""
    package = name.partition("/")[0]
    for other, module in ours(name):
        if other == package or other in MAY_KNOW[package]:
            continue
        allowed = [path for path, of in EXCEPTIONS if path == name and f"{module}.".startswith(f"{of}.")]
        assert allowed, (
            f"{name} imports {module}: {package} may know {MAY_KNOW[package] or 'no other package'}"
        )


def test_every_exception_to_the_arrows_is_used() -> None:
    for name, of in EXCEPTIONS:
        assert any(f"{module}.".startswith(f"{of}.") for _, module in ours(name)), (
            f"{name} no longer needs {of}"
        )


def paths_in(module: ast.Module) -> Iterator[str]:
    """The paths of the portal's API that a module spells out, docstrings aside."""
    documentation = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(module):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in documentation else None
        if isinstance(text, str) and "/REST/" in text:
            yield text


def test_the_clients_paths_stand_in_one_module() -> None:
    found = {
        name
        for name in NAMES
        if name.split("/")[0] in {"operations", "providers", "schemas", "stacks"} and [*paths_in(tree(name))]
    }
    assert found == {"providers/paths.py"}


def test_a_path_elsewhere_is_found() -> None:
    planted = 'def a() -> str:\n    """`/REST/x`"""\n    return f"/REST/eBox/v1/{b}"'
    assert [*paths_in(ast.parse(planted))] == ["/REST/eBox/v1/"]


def test_only_the_client_speaks_http_to_the_portal() -> None:
    speaking = {
        name
        for name in NAMES
        if name.split("/")[0] in {"operations", "providers", "schemas", "stacks"}
        and any(
            module.partition(".")[0] in {"httpcore", "httpx", "requests", "urllib3"}
            for module in imported(name)
        )
    }
    assert speaking == {"providers/network.py", "providers/sockets.py"}


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_short_enough_to_read(name: str) -> None:
    lines = len((ROOT / name).read_text().splitlines())
    assert lines <= LONGEST, f"{name} has {lines} lines: split it by what would make it change"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("tests/")])
def test_a_module_says_what_it_is_for(name: str) -> None:
    if (ROOT / name).read_text().strip():
        assert ast.get_docstring(tree(name)), f"{name} has no docstring"


def _bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in node.bases]


def _exceptions() -> dict[str, list[str]]:
    """`module.Class` → bases, of every exception class outside the tests."""
    classes = {
        f"{name.removesuffix('.py').replace('/', '.')}.{node.name}": _bases(node)
        for name in NAMES
        if not name.startswith("tests/")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ClassDef)
    }
    known = {
        "Exception",
        "BaseException",
        "ValueError",
        "RuntimeError",
        "TypeError",
        "LookupError",
        "OSError",
        "KeyError",
    }
    found: dict[str, list[str]] = {}
    while True:
        more = {name: bases for name, bases in classes.items() if name not in found and known & set(bases)}
        if not more:
            return found
        found |= more
        known |= {name.rpartition(".")[2] for name in more}


def test_every_error_is_in_the_tree_or_says_why_not() -> None:
    """`except FusionError` catches whatever this project refuses or fails at on purpose."""
    project = {"FusionError"}
    exceptions = _exceptions()
    for _ in exceptions:
        project |= {name.rpartition(".")[2] for name, bases in exceptions.items() if project & set(bases)}
    outside = {name for name in exceptions if name.rpartition(".")[2] not in project}
    assert outside == set(OTHER_ERRORS)


SQL = re.compile(
    r"\b(SELECT\b.+?\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|DROP (TABLE|INDEX)|VACUUM)\b", re.DOTALL
)
MAY_HAVE_SQL = {
    "tests/support/portal_tables.py": "the tests' questions to the portal's tables",
    "tests/e2e/states/make.py": "takes a copy of another version's portal",
}


def sql_in(module: ast.Module) -> list[str]:
    """The statements that stand in a module's strings."""
    texts = (
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return [text for text in texts if SQL.search(text)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("tests/")])
def test_only_the_portals_own_tests_and_one_module_know_its_tables(name: str) -> None:
    """A change of a table is a change of one module of the tests."""
    known = name in MAY_HAVE_SQL or name.startswith("tests/emulator/") or name == "tests/test_architecture.py"
    assert known or not sql_in(tree(name)), f"{name} has SQL: ask for it in tests/support/portal_tables.py"


@pytest.mark.parametrize("name", MAY_HAVE_SQL)
def test_what_may_have_sql_has_some(name: str) -> None:
    assert sql_in(tree(name))


@pytest.mark.parametrize(
    "planted",
    [
        'connection.execute("SELECT count(*) FROM forms")',
        'sql = f"DELETE FROM {table}"',
        'run("UPDATE forms" " SET locked_until = NULL")',
        'run("""INSERT INTO forms (id)\n VALUES (1)""")',
    ],
)
def test_planted_sql_is_noticed(planted: str) -> None:
    assert sql_in(ast.parse(planted))
