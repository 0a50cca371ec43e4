"""Whether the key in a note is anybody's: by the declaration, by who operates the stack, and by the keys of the secrets."""

from __future__ import annotations

from pathlib import Path
from subprocess import SubprocessError

from yaml import YAMLError

from operations.stack_files import operator_of
from providers.secret_sources import read_secrets
from providers.settings import project_root
from schemas.declaration import Fusion
from schemas.errors import FusionError
from schemas.terms import nearest
from stacks.findings import StackFile


def find_doubt(key: str, stack: str, fusion: Fusion, file: Path) -> str:
    """Why a key may be a slip, as a sentence; "" where somebody has it. The secrets are asked last, and need not be there:
    who works by hand may have none.

    :param file: the declaration's.
    """
    known = {person for _, access in fusion.accesses() for _, person in access.people()}
    known.add(operator_of(project_root(), stack))
    if key in known:
        return ""
    try:
        known |= {*read_secrets(StackFile(Path("pulumi"), stack).get).people()}
    except (FusionError, OSError, SubprocessError, UnicodeError, YAMLError, AttributeError):
        where = f"{file.name} does not name {key}, and the secrets cannot be read"
    else:
        where = f"neither {file.name} nor the secrets name {key}"
    if key in known:
        return ""
    close = nearest(key, sorted(known))
    return f"{where}. {f'Did you mean {close}? ' if close else ''}It is noted all the same"
