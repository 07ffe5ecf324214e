#!/bin/sh
# Make sure that the browser tests have a Chromium: the one that is here, else the system's own package.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

here() {
    for name in "${CHROMIUM:-chromium}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

# The package manager of this system, if it is one whose names for a Chromium are known below.
find_manager() {
    for manager in apt-get dnf pacman; do
        command -v "$manager" >/dev/null && return
    done
    return 1
}

from_debian() { as_root apt-get install -q -y --no-install-recommends "$1" fonts-dejavu-core fonts-noto-cjk; }

install() {
    case $manager in
    apt-get) as_root apt-get update -q && { from_debian chromium-headless-shell || from_debian chromium; } ;;
    dnf) as_root dnf install -y chromium && as_root dnf install -y dejavu-sans-fonts google-noto-sans-cjk-fonts ;;
    pacman) as_root pacman -S --noconfirm --needed chromium ttf-dejavu noto-fonts-cjk ;;
    esac
}

! here || exit 0
manual="the browser tests need Chromium or Google Chrome; install one and try again."
find_manager || die "$manual"
say "Installing Chromium and fonts by $manager …"
export DEBIAN_FRONTEND=noninteractive
install >/dev/null 2>&1 || :
here || die "$manager could not install chromium; $manual"
