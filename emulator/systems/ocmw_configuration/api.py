"""OCMW-configuratie: mutations, technical providers, contact details and OCMW Online, each one screen (R48-R59).

A screen is saved as a whole or not at all (R51).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from emulator.core import common_operations, contents, organizations
from emulator.core.operation import Answer, Api, Call, Need, Operation

ORGANIZATION = "/organizations/{enterpriseNumber}"
NEEDS = (Need.ACTIVE, Need.COPIED)

_SCREENS = (
    *common_operations.screen(
        ORGANIZATION + "/mutations",
        "mutations",
        "selection of mutations",
        "systems.ocmw_configuration:MutationsBody",
        needs=NEEDS,
        rules=("R27", "R48", "R49", "R51"),
    ),
    *common_operations.screen(
        ORGANIZATION + "/technicalProviders",
        "technicalProviders",
        "technical providers",
        "systems.ocmw_configuration:TechnicalProvidersBody",
        needs=NEEDS,
        rules=("R27", "R51", "R52"),
    ),
    *common_operations.screen(
        ORGANIZATION + "/contactDetails",
        "contactDetails",
        "contact details",
        "systems.ocmw_configuration:ContactDetailsBody",
        needs=(*NEEDS, Need.OPEN),
        rules=("R27", "R51", "R53", "R59"),
    ),
    *common_operations.screen(
        ORGANIZATION + "/ocmwOnline",
        "ocmwOnline",
        "OCMW Online settings",
        "systems.ocmw_configuration:OcmwOnlineBody",
        needs=(*NEEDS, Need.OPEN),
        rules=("R27", "R51", "R55", "R56", "R57", "R58", "R59"),
    ),
)


def _list_contents(call: Call) -> Iterator[contents.Entry]:
    for operation in _SCREENS:
        if operation.method == "GET":
            name = operation.path.rpartition("/")[2]
            yield from contents.single(call, name, partial(_look, operation, name))


def _look(operation: Operation, name: str, call: Call) -> Answer:
    if Need.OPEN in operation.needs:
        organizations.require_open(call.connection, call.organization, name, call.now)
    return operation.handler(call)


API = Api(
    "/REST/ocmwConfiguration/v1",
    "ocmwConfiguration",
    "OCMW configuration (OCMW-configuratie)",
    "What an OCMW receives, who serves it technically, where it is found and of what it is told.",
    (
        common_operations.HEALTH,
        *common_operations.list_operations(("mutationTypes", "networkProviders", "socialFileSuppliers")),
        contents.operation(_list_contents, NEEDS),
        *_SCREENS,
    ),
    permission="configuration",
)
