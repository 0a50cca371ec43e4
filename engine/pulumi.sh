#!/bin/sh
# `.venv/bin/pulumi` is a link to this file. It starts the engine that the set-up chose, with the rehearsal's defaults
# wherever the person has not chosen otherwise. This is the one place that decides these defaults.

self=$0
while [ -h "$self" ]; do
    target=$(readlink "$self")
    case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
    esac
done
root=$(CDPATH='' cd "$(dirname "$self")/.." && pwd -P)
venv=$root/.venv
engine=$venv/engine
if [ -r "$engine/elsewhere" ]; then
    IFS= read -r engine <"$engine/elsewhere"
fi
if [ ! -x "$engine/pulumi" ]; then
    echo "pulumi: no engine at $engine/pulumi: run \`make setup\` in $root" >&2
    exit 1
fi

default=$(sed -n "s/^ *url: *[\"']\{0,1\}//p" "$root/Pulumi.yaml")

# The engine would say that it cannot open a bucket. Commands that need no state, as `pulumi version`, are not stopped.
folder=${default#file://./}
case ${1-} in
preview | up | refresh | destroy | import | stack | state | config | cancel)
    if [ -z "${PULUMI_BACKEND_URL-}" ] && [ "$folder" != "$default" ] && [ ! -d "$root/${folder%%[?\"\']*}" ]; then
        echo "pulumi: there is no state here yet: run \`make setup\` in $root" >&2
        exit 1
    fi
    ;;
esac

# With `refresh: always` the engine would first read the portal, and then run the program, which may have findings. Now the
# program runs first and each resource is read when it is registered. Not for destroy, which must work with findings.
case ${1-} in
preview | up) export PULUMI_RUN_PROGRAM="${PULUMI_RUN_PROGRAM-true}" ;;
esac

# State of one's own machine only: a shared backend must never get this well-known passphrase by default.
case ${PULUMI_BACKEND_URL:-$default} in
file:*)
    if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ]; then
        export PULUMI_CONFIG_PASSPHRASE=rehearsal
    fi
    ;;
esac
export PULUMI_SKIP_UPDATE_CHECK="${PULUMI_SKIP_UPDATE_CHECK-true}"

# The language host takes the first python on PATH: it must be the environment's, whatever else is active.
export PATH="$engine:$venv/bin:$PATH"

# Started with SIGINT ignored, as a script's background job is, the engine waits 5 s longer at its end. A shell cannot
# restore the signal, GNU env can; the inner shell is for a path with "=" in it, which env would take for a variable.
if env --default-signal=INT true 2>/dev/null; then
    exec env --default-signal=INT sh -c 'exec "$@"' pulumi "$engine/pulumi" "$@"
fi
exec "$engine/pulumi" "$@"
