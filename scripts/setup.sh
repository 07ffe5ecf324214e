#!/bin/sh
# Make .venv and install requirement files into it, each only when it has changed since.
#
#   scripts/setup.sh requirements.txt [requirements-dev.txt …]    a file that includes others comes after them
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

make_venv() {
    find_python
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        die "$python has no venv module; install it (on Debian: apt-get install python3-venv) and try again."
    say "Making $venv with $("$python" --version) …"
    "$python" -m venv --clear "$venv" || die "$venv could not be made with $python; the lines above say why."
}

# Why pip failed, in one sentence.
reason() {
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|ReadTimeoutError|Network is unreachable' "$1"; then
        say "the package index cannot be reached; connect this machine to the network (or set pip's proxy) and try again."
    elif grep -q 'No space left on device' "$1"; then
        say "the disk is full; torch and its companions need a few gigabytes."
    else
        say "pip says: $(grep '^ERROR' "$1" | tail -n 1 || true)"
    fi
}

install() {
    wanted=$1
    stamp=$venv/installed-$(printf %s "$wanted" | tr / -)
    [ "$(cat "$stamp" 2>/dev/null)" != "$(cat "$@")" ] || return 0
    say "Installing $wanted (the first time takes minutes) …"
    log=$venv/install.log
    rm -f "$stamp"
    {
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -r "$wanted" 2>&1 || : >"$log.failed"
    } | tee "$log" | sed -n 's/^Collecting \([^ ]*\).*/  \1/p'
    if [ -e "$log.failed" ]; then
        rm -f "$log.failed"
        die "$wanted was not installed: $(reason "$log") The whole story is in $log."
    fi
    cat "$@" >"$stamp"
}

"$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_venv

before=
for file in "$@"; do
    # shellcheck disable=SC2086  # a list of names without spaces
    install "$file" $before
    before="$file $before"
done
