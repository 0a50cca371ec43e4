"""Integrations: the forms of running dossiers and the A036 attestations of an organisation (R06-R11)."""

from __future__ import annotations

from emulator import tables
from emulator.operation import Api

API = Api(
    "/REST/integrations/v1",
    "integrations",
    "Integrations and A036 (Integraties)",
    "The forms of running dossiers and the multifunctional attestations, per quality code.",
    (tables.HEALTH,),
    permission="readIntegrations",
)
