# shellcheck shell=sh disable=SC2034
# What the other scripts share. Source it from the repository's root.

venv=.venv

say() { printf '%s\n' "$*"; }

die() {
    printf 'Lossary: %s\n' "$*" >&2
    exit 1
}

# Set $python to the first interpreter that is new enough; $PYTHON, if given, is the only candidate.
find_python() {
    newest=
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
        newest=${newest:-$python is $version}
    done
    [ -n "$newest" ] || die "Python 3.11 or newer is needed and none was found; install it, or name one with PYTHON=/path/to/python3."
    die "Python 3.11 or newer is needed, but $newest; install a newer one, or name it with PYTHON=/path/to/python3."
}

# Run as root: directly, or through sudo where it needs no password or a person is there to type it.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}
