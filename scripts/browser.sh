#!/bin/sh
# Make sure that the browser tests have a Chromium: the one that is here, else Debian's.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

here() {
    for name in ${CHROMIUM:-} chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

! here || exit 0
manual="the browser tests need Chromium or Google Chrome; install one and try again."
command -v apt-get >/dev/null || die "$manual"
say "Installing Debian's Chromium and fonts …"
export DEBIAN_FRONTEND=noninteractive
install() { as_root apt-get install -q -y --no-install-recommends "$1" fonts-dejavu-core fonts-noto-cjk; }
{ as_root apt-get update -q && { install chromium-headless-shell || install chromium; }; } >/dev/null 2>&1 || :
here || die "apt-get could not install chromium; $manual"
