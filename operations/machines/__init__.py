"""Many stacks on many machines: what CI hosts and the Kubernetes operator need to be told. No scheduler of our own."""
