"""OCMW-configuratie: mutations, technical providers, contact details and OCMW Online, each one screen (R48-R59).

A screen is saved as a whole or not at all (R51).
"""

from __future__ import annotations

from emulator import tables
from emulator.operation import Api

ORGANIZATION = "/organizations/{enterpriseNumber}"
NEEDS = ("active", "copied")

API = Api(
    "/REST/ocmwConfiguration/v1",
    "ocmwConfiguration",
    "OCMW configuration (OCMW-configuratie)",
    "What an OCMW receives, who serves it technically, where it is found and of what it is told.",
    (
        tables.HEALTH,
        *tables.list_operations(("mutationTypes", "networkProviders", "socialFileSuppliers")),
        *tables.screen(
            ORGANIZATION + "/mutations",
            "mutations",
            "selection of mutations",
            "configuration:MutationsBody",
            needs=NEEDS,
            rules=("R27", "R48", "R49", "R51"),
        ),
        *tables.screen(
            ORGANIZATION + "/technicalProviders",
            "technicalProviders",
            "technical providers",
            "configuration:TechnicalProvidersBody",
            needs=NEEDS,
            rules=("R27", "R51", "R52"),
        ),
        *tables.screen(
            ORGANIZATION + "/contactDetails",
            "contactDetails",
            "contact details",
            "configuration:ContactDetailsBody",
            needs=(*NEEDS, "screen:contactDetails"),
            rules=("R27", "R51", "R53", "R59"),
        ),
        *tables.screen(
            ORGANIZATION + "/ocmwOnline",
            "ocmwOnline",
            "OCMW Online settings",
            "configuration:OcmwOnlineBody",
            needs=(*NEEDS, "screen:ocmwOnline"),
            rules=("R27", "R51", "R55", "R56", "R57", "R58", "R59"),
        ),
    ),
    permission="configuration",
)
