#!/bin/sh
# Make sure that the browser tests have a Chromium: the one that is here, else Debian's.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

here() {
    for name in ${CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

! here || exit 0
manual="the browser tests need Chromium or Google Chrome; install one and try again."
command -v apt-get >/dev/null || die "$manual"
say "Installing Debian's chromium and fonts …"
export DEBIAN_FRONTEND=noninteractive
{
    as_root apt-get update -q && as_root apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-cjk
} >/dev/null 2>&1 || :
here || die "apt-get could not install chromium; $manual"
