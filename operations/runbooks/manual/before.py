"""What the manual says before any screen: which scenario it is, and as whom one signs in."""

from __future__ import annotations

from operations.runbooks.manual.step import At, Chapter, Kind, Step, Who

STEPS = (
    Step(
        "scenario",
        Chapter.SCENARIO,
        "Check the scenario, names, numbers and codes",
        Who.CENTRES,
        ("R01", "R02"),
        (
            "Scenario 1: new KBO number and new NIS code. Scenario 2: one KBO number is kept, the NIS code is new. "
            "Scenario 3: "
            "the KBO number and the NIS code of one OCMW are kept.",
            "What stands here is the declaration's. If something is wrong, correct the declaration first.",
        ),
        at=At.FUSION,
    ),
    Step(
        "sign-in",
        Chapter.SIGNING_IN,
        "Choose the organisation at each sign-in",
        Who.EVERYBODY,
        ("R65", "R66"),
        (
            "This holds for all applications on the portal of the social security, and for all scenarios.",
            "Who has access to both the disappearing and the merged OCMW chooses one when signing in, by its name or its "
            "KBO "
            "number. Which one is said at each step.",
        ),
        Kind.NOTE,
        at=At.FUSION,
    ),
)
