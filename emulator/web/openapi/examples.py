"""Bodies as the documents show them: one for each model that a call is often made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.core.people import rehearsal_ssin

_ELS, _JAN = rehearsal_ssin("els.peeters"), rehearsal_ssin("jan.janssens")
_STREET = {"nl": "Ninoofsesteenweg 28", "fr": "Chaussée de Ninove 28", "de": "Ninover Straße 28"}
_CITY = {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"}

BODIES: Mapping[str, Mapping[str, Any]] = {
    "systems.access_management:ChiefAccessManagersBody": {
        "chiefAccessManagers": [{"ssin": _ELS}],
        "coChiefAccessManagers": [{"ssin": _JAN}],
    },
    "systems.access_management:AccessManagersBody": {
        "accessManager": {"ssin": _ELS, "email": "els.peeters@pajottegem.example", "language": "nl"},
        "coAccessManagers": [{"ssin": _JAN}],
    },
    "systems.access_management:UserBody": {
        "ssin": _ELS,
        "applications": ["E-Box Onderneming"],
        "roles": ["Raadpleger"],
        "blocked": False,
    },
    "systems.chaman:SenderBody": {
        "name": "ICT Pajottegem",
        "phone": "+3227875827",
        "email": "ict@pajottegem.example",
        "language": "nl",
    },
    "systems.chaman:DelegationRequestBody": {"authorizations": ["integrationsConsult"], "supplier": "socius"},
    "systems.chaman:SupplierAnswerBody": {"status": "refused", "refusalReason": "geen contract"},
    "systems.ocmw_configuration:MutationsBody": {"receive": ["address", "death"]},
    "systems.ocmw_configuration:TechnicalProvidersBody": {
        "network": "publinet",
        "socialFile": {"supplier": "socius", "product": "Socius Dossier"},
        "contacts": [{"name": "Els Peeters", "phone": "+3227875827", "email": "els@pajottegem.example"}],
    },
    "systems.ocmw_configuration:ContactDetailsBody": {
        "street": _STREET,
        "city": _CITY,
        "postcode": "1570",
        "phone": "+3227875827",
        "email": "info@pajottegem.example",
        "website": "https://www.pajottegem.example/",
    },
    "systems.ocmw_configuration:OcmwOnlineBody": {
        "newRequests": {"enabled": True, "email": "onthaal@pajottegem.example"},
        "unreadReminders": {
            "enabled": True,
            "email": "onthaal@pajottegem.example",
            "delayDays": 3,
            "frequencyDays": 7,
        },
    },
    "systems.ebox:ReadBody": {"read": True},
    "systems.ocmw_online:ReadBody": {"read": True},
    "systems.unique_report:ReportBody": {
        "subsidies": [{"code": "staff", "amount": 48210.5}, {"code": "heatingFund", "amount": 1250}],
        "submitted": False,
    },
    "rehearsal:ClockBody": {"advanceDays": 1},
    "rehearsal:FaultBody": {"status": 503, "share": 0.33, "retryAfterSeconds": 1},
}
