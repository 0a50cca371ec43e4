"""What a stack is called in Kubernetes: within the operator's 42 characters, as Kubernetes allows it, no two alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

LONGEST = 42
"""The operator's limit: with what it adds, its own names still fit into Kubernetes' 63."""
_HASH = 8


def name_stacks(stacks: Iterable[str]) -> dict[str, str]:
    """The name of each stack: `pajottegem.production` is `pajottegem-production`. Where that is too long, or another's too,
    a hash of the stack's whole name makes the difference. A stack whose own name will do has it in any company.
    """
    plain = {stack: _plain(stack) for stack in stacks}
    taken = Counter(plain.values())
    return {
        stack: name if stack == name or (taken[name] == 1 and len(name) <= LONGEST) else _hashed(stack, name)
        for stack, name in plain.items()
    }


def _plain(stack: str) -> str:
    """Letters, digits and hyphens, from a letter on to no hyphen; however long."""
    name = re.sub(r"[^a-z0-9-]", "-", stack.lower()).strip("-")
    return name if name[:1].isalpha() else f"stack-{name}".rstrip("-")


def _hashed(stack: str, name: str) -> str:
    mark = sha256(stack.encode()).hexdigest()[:_HASH]
    return f"{name[: LONGEST - _HASH - 1].rstrip('-')}-{mark}"
