"""What the engine runs (Pulumi.yaml: `main: stacks`)."""

from stacks.program import run

run()
