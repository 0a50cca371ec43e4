"""What the engine runs (Pulumi.yaml: `main: stacks`)."""

import gc

# The program lives for a second and keeps nearly all that it makes: looking for garbage is a tenth of its time.
gc.disable()

from stacks.program import run  # noqa: E402

run()
