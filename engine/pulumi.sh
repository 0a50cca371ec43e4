#!/bin/sh
# `.venv/bin/pulumi` is a link to this file. It starts the engine that the set-up chose, with the rehearsal's defaults
# wherever the person has not chosen otherwise. This is the one place that decides these defaults; the passphrase stands in
# providers/settings.py, too.

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

default=$(sed -n "s/^ *url: *[\"']\{0,1\}\([^\"' ]*\).*/\1/p" "$root/Pulumi.yaml")

# Where the engine will stand: `-C` moves it there before it looks for a project. And its command: the first word that is
# neither an option nor, as the engine reads them, an option's value.
place=. previous='' command='' is_value=''
for argument; do
    if [ -n "$is_value" ]; then
        is_value=''
    elif [ -z "$command" ]; then
        case $argument in
        --) command=none ;;
        --*=* | --disable-integrity-checking | --emoji | --fully-qualify-stack-names | --logflow | --logtostderr | \
            --non-interactive) ;;
        -[eQ]) ;;
        --* | -?) is_value=yes ;;
        -* | '') ;;
        *) command=$argument ;;
        esac
    fi
    case $previous in
    -C | -[!-]*C | --cwd) place=$argument ;;
    esac
    case $argument in
    -C?*)
        place=${argument#-C}
        place=${place#=}
        ;;
    --cwd=*) place=${argument#--cwd=} ;;
    esac
    previous=$argument
done
place=$(CDPATH='' cd -- "$place" 2>/dev/null && pwd -P) || place=/
case $place in /*) ;; *) place=/ ;; esac # a folder that is gone has no path

# A folder below the project's is the project's state wherever in it the command is started, and whatever its path has:
# the engine would look below the current folder, and read the path as a URL.
while [ "$place" != "$root" ] && [ "$place" != / ] && [ ! -e "$place/Pulumi.yaml" ]; do
    place=$(dirname "$place")
done
[ "$place" = "$root" ] || default='' # another project's, or nobody's
case $default in
file://./*)
    query=${default#*\?}
    [ "$query" = "$default" ] && query=''
    folder=${default#file://./}
    folder=$root/${folder%%\?*}
    ;;
*) folder='' ;;
esac
if [ -n "$folder" ] && [ -z "${PULUMI_BACKEND_URL-}" ]; then
    # Commands that need no state, as `pulumi version`, are not stopped.
    case $command in
    preview | pre | up | update | refresh | destroy | down | dn | import | stack | state | config | cancel)
        if [ ! -d "$folder" ]; then
            echo "pulumi: there is no state here yet: run \`make setup\` in $root" >&2
            exit 1
        fi
        for needed in "$folder" "$folder/.pulumi" "$folder/portal.db"; do
            if [ -e "$needed" ] && [ ! -w "$needed" ]; then
                echo "pulumi: $needed cannot be written by $(id -un): nothing was done. Work as its owner, or have the rights" \
                    "put right; nothing has to be deleted" >&2
                exit 1
            fi
        done
        ;;
    esac
    path=$(printf '%s' "$folder" | sed 's/%/%25/g; s/#/%23/g; s/?/%3F/g; s/ /%20/g')
    export PULUMI_BACKEND_URL="file://$path${query:+?$query}"
fi

# State of one's own machine only: a shared backend must never get this well-known passphrase by default.
case ${PULUMI_BACKEND_URL:-$default} in
file:*)
    if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ]; then
        export PULUMI_CONFIG_PASSPHRASE=rehearsal
    fi
    ;;
esac
export PULUMI_SKIP_UPDATE_CHECK="${PULUMI_SKIP_UPDATE_CHECK-true}"
# The state is written once, at the end of an operation, also of one that fails or is interrupted. Whatever a killed one
# leaves out of it is adopted by the next (docs/state.md).
export PULUMI_SKIP_CHECKPOINTS="${PULUMI_SKIP_CHECKPOINTS-true}"
# At each start the language host has pip list the environment's packages, to find those that bring a plugin of the engine.
# None does (a test holds that), so pip looks where there are none. `pulumi about` shows them to people.
[ "$command" = about ] || export PIP_PATH="${PIP_PATH-$engine}"

# State, plans and the emulated portal's file are about people: whatever the umask, nobody else reads them.
umask 077

# The language host takes the first python on PATH: it must be the environment's, whatever else is active. And it must
# find our packages, not others of the same names.
unset PYTHONPATH PYTHONHOME
export PATH="$engine:$venv/bin:$PATH"

# A look before: another portal than the state's, or one that does not answer, stops here. With findings the program goes
# first, not the reading of the portal (stacks/findings.py says why not always). What may write is a run with a name, which
# ends with the process that the engine will be, and with a ledger (stacks/beginning.py); one without is told.
unset FUSION_PORTAL_IDENTITY FUSION_RUN FUSION_STACK
if [ "$place" = "$root" ] || [ -n "${FUSION_ROOT-}" ]; then
    look='' stack=''
    [ -n "${PULUMI_RUN_PROGRAM+set}" ] || look=findings
    case $command in
    preview | pre) ;;
    up | update | refresh | destroy | down | dn)
        export FUSION_RUN="$(date -u +%Y%m%dT%H%M%SZ)-$$"
        look=${look:-beginning}
        ;;
    watch) look='' ;;
    *) look='' command='' ;;
    esac
    if [ -n "$look" ]; then
        told=$(
            cd "$place" || exit
            [ "$1" = "$command" ] || set -- "$command" "$@"
            "${FUSION_PYTHON:-python3}" -P -m "stacks.$look" "$engine/pulumi" "$@" 3>&2 2>/dev/null
        )
        code=$?
        stack=${told%% *}
        told=${told#* }
        case $stack in
        '' | /) unset FUSION_RUN ;; # "/" is said where these arguments write nothing
        *) [ -z "${FUSION_RUN-}" ] || export FUSION_STACK="$stack" ;;
        esac
        case $code in
        0 | 3)
            [ -z "$told" ] || export FUSION_PORTAL_IDENTITY="$told"
            case $look$code$command in findings3p* | findings3up*) export PULUMI_RUN_PROGRAM=true ;; esac
            ;;
        4)
            echo "pulumi: $told" >&2
            exit 1
            ;;
        *)
            # A preview and an `up` run the program, which judges the files and the portal; nothing does so in the others.
            becomes='nothing was begun'
            case $command in preview | pre | up | update) becomes='the engine begins without it' ;; esac
            echo "pulumi: the look before this run failed ($code): $becomes." \
                "In $root \`.venv/bin/python3 -P -c 'import stacks.$look'\` may say why; \`make setup\` puts Python right" >&2
            [ "$becomes" != 'nothing was begun' ] || exit 1
            ;;
        esac
    fi
    case "$command $stack" in
    'watch ')
        echo "pulumi: watch keeps no ledger: \`fusion status\` will not tell of what it does" >&2
        ;;
    'up ' | 'update ' | 'refresh ' | 'destroy ' | 'down ' | 'dn ')
        echo "pulumi: this run has no ledger, since its stack could not be told before it: \`fusion status\` will not tell" \
            "of it; \`-s STACK\` names one" >&2
        ;;
    esac
fi

# Started with SIGINT ignored, as a script's background job is, the engine waits 5 s longer at its end. A shell cannot
# restore the signal, GNU env can; the inner shell is for a path with "=" in it, which env would take for a variable.
if env --default-signal=INT true 2>/dev/null; then
    exec env --default-signal=INT sh -c 'exec "$@"' pulumi "$engine/pulumi" "$@"
fi
exec "$engine/pulumi" "$@"
