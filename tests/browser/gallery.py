"""``make gallery``: every loss on every page that shows it, light and dark, as pictures to be looked at.

The pictures and a contact sheet for each theme are left in ``gallery/``.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from losslib import LOSSES
from tests.browser.conftest import ARGUMENTS, DESKTOP, executable
from tests.browser.hands import THEMED, pick, visit
from tests.conftest import ROOT, serving

OUT = ROOT / "gallery"
COLUMNS = 4
TILE = (480, 300)


def sheet(files: list[Path], out: Path) -> None:
    """All pictures on one."""
    whole = Image.new("RGB", (COLUMNS * TILE[0], math.ceil(len(files) / COLUMNS) * TILE[1]), "white")
    for i, file in enumerate(files):
        with Image.open(file) as picture:
            whole.paste(picture.convert("RGB").resize(TILE), (i % COLUMNS * TILE[0], i // COLUMNS * TILE[1]))
    whole.save(out)


def main(keys: list[str]) -> None:
    """Walk the catalogue in both themes."""
    OUT.mkdir(exist_ok=True)
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        page = browser.new_page(viewport=DESKTOP)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            visit(page, url)
            page.wait_for_function(THEMED, arg=theme)
            files = []
            for key in keys or LOSSES:
                pick(page, key)
                files.append(OUT / f"{key}-{theme}.png")
                page.screenshot(path=files[-1])
                print(files[-1].name, flush=True)
            sheet(files, OUT / f"all-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
