"""The manual's steps, in its own order, as data: one module for each part of it. No sentence stands twice."""

from operations.runbooks.manual import access, after_the_merger, before, chaman, configuration, dossiers
from operations.runbooks.manual.step import Step

STEPS: tuple[Step, ...] = (
    *before.STEPS,
    *access.STEPS,
    *chaman.STEPS,
    *configuration.STEPS,
    *dossiers.STEPS,
    *after_the_merger.STEPS,
)
