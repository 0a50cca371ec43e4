"""Bodies as the documents show them: one for each model that a call is often made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.people import rehearsal_ssin

_ELS, _JAN = rehearsal_ssin("els.peeters"), rehearsal_ssin("jan.janssens")
_STREET = {"nl": "Ninoofsesteenweg 28", "fr": "Chaussée de Ninove 28", "de": "Ninover Straße 28"}
_CITY = {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"}

BODIES: Mapping[str, Mapping[str, Any]] = {
    "access:ChiefAccessManagersBody": {
        "chiefAccessManagers": [{"ssin": _ELS}],
        "coChiefAccessManagers": [{"ssin": _JAN}],
    },
    "access:AccessManagersBody": {
        "accessManager": {"ssin": _ELS, "email": "els.peeters@pajottegem.example", "language": "nl"},
        "coAccessManagers": [{"ssin": _JAN}],
    },
    "access:UserBody": {
        "ssin": _ELS,
        "applications": ["E-Box Onderneming"],
        "roles": ["Raadpleger"],
        "blocked": False,
    },
    "chaman:SenderBody": {
        "name": "ICT Pajottegem",
        "phone": "+3227875827",
        "email": "ict@pajottegem.example",
        "language": "nl",
    },
    "chaman:DelegationRequestBody": {"authorizations": ["integrationsConsult"], "supplier": "socius"},
    "configuration:MutationsBody": {"receive": ["address", "death"]},
    "configuration:TechnicalProvidersBody": {
        "network": "publinet",
        "socialFile": {"supplier": "socius", "product": "Socius Dossier"},
        "contacts": [{"name": "Els Peeters", "phone": "+3227875827", "email": "els@pajottegem.example"}],
    },
    "configuration:ContactDetailsBody": {
        "street": _STREET,
        "city": _CITY,
        "postcode": "1570",
        "phone": "+3227875827",
        "email": "info@pajottegem.example",
        "website": "https://www.pajottegem.example/",
    },
    "configuration:OcmwOnlineBody": {
        "newRequests": {"enabled": True, "email": "onthaal@pajottegem.example"},
        "unreadReminders": {
            "enabled": True,
            "email": "onthaal@pajottegem.example",
            "delayDays": 3,
            "frequencyDays": 7,
        },
    },
    "ebox:ReadBody": {"read": True},
    "online:ReadBody": {"read": True},
    "reports:ReportBody": {
        "subsidies": [{"code": "staff", "amount": 48210.5}, {"code": "heatingFund", "amount": 1250}],
        "submitted": False,
    },
    "controls:ClockBody": {"advanceDays": 1},
    "controls:FaultBody": {"status": 503, "share": 0.33, "retryAfterSeconds": 1},
}
