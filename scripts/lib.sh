# What ./run, ./test and scripts/* share. Source it; it changes to the project's folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
# A plain user's PATH has no /usr/sbin, where Debian keeps mosquitto and nginx.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
CACHE=$ROOT/.cache
mkdir -p "$CACHE"

say() { printf '%s\n' "$*" >&2; }
fail() { say "caredian: $*"; exit 1; }

# step N TOTAL TEXT: where we are, and since when we run.
step() { printf '[%s/%s] %3d s  %s\n' "$1" "$2" "$SECONDS" "$3" >&2; }

# quiet NAME COMMAND...: its output goes to .cache/NAME.log and is shown only when it fails.
quiet() {
    local name=$1 log=$CACHE/$1.log
    shift
    local code=0
    "$@" >"$log" 2>&1 || code=$?
    [ $code != 0 ] || return 0
    tail -n 40 "$log" >&2
    say "failed ($code): $*"
    say "all of its output: ${log#"$ROOT"/}"
    return "$code"
}

# as_root COMMAND...: with sudo where we are not root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; return; fi
    command -v sudo >/dev/null || fail "needs root or sudo for: $*"
    sudo "$@"
}

# The system's Python, not one of a version manager: its venv module is what apt installs.
system_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

# hash_of FILE...: one short text that changes when one of them does.
hash_of() { cat -- "$@" | sha256sum | cut -c1-16; }

# stamped NAME HASH: has this been done for this hash?  stamp NAME HASH: it has, now.
stamped() { [ "$(cat "$CACHE/$1.stamp" 2>/dev/null)" = "$2" ]; }
stamp() { echo "$2" >"$CACHE/$1.stamp"; }

# jobs_for MEGABYTES: parallel compilers, by cores and by the memory that each may need.
jobs_for() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
    local by_memory=$((memory / $1))
    [ "$by_memory" -ge 1 ] || by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}
