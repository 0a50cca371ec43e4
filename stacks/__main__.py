"""What the engine runs (Pulumi.yaml: `main: stacks`)."""

import gc

# The program lives for a second and keeps nearly all that it makes: looking for garbage in it is time lost.
gc.disable()

from stacks.ledger_lines import noting_refusal  # noqa: E402
from stacks.program import end_without_a_word, keep_debug_messages_back, run  # noqa: E402

end_without_a_word()
keep_debug_messages_back()
with noting_refusal():
    run()
