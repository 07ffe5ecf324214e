"""``make gallery``: every loss, every scene presented with its answer, and the other pages, light and dark, to be looked at.

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
from tests.browser.hands import THEMED, pick, rest, visit
from tests.conftest import ROOT, serving
from ui.scenes import SCENES

OUT = ROOT / "gallery"
PAGES = {
    **{f"scene-{scene.key}": f"/scenes?scene={scene.key}&present=1&reveal=1" for scene in SCENES},
    "scenes": "/scenes",
    "compare": "/compare",
    "catalogue": "/catalogue",
    "documents": "/catalogue?view=documents",
}
COLUMNS = 4
SETTLED_MS = 1500
TILE = (480, 300)


def sheet(files: list[Path], out: Path) -> None:
    """All pictures on one."""
    whole = Image.new("RGB", (COLUMNS * TILE[0], math.ceil(len(files) / COLUMNS) * TILE[1]), "white")
    for i, file in enumerate(files):
        with Image.open(file) as picture:
            whole.paste(picture.convert("RGB").resize(TILE), (i % COLUMNS * TILE[0], i // COLUMNS * TILE[1]))
    whole.save(out)


def main(keys: list[str]) -> None:
    """Walk the pages in both themes: those named, losses or pages, or all."""
    unknown = [key for key in keys if key not in LOSSES and key not in PAGES]
    if unknown:
        sys.exit(f"no loss and no page of the gallery: {', '.join(unknown)}")
    OUT.mkdir(exist_ok=True)
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        page = browser.new_page(viewport=DESKTOP)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            visit(page, url)
            page.wait_for_function(THEMED, arg=theme)
            files = []
            for key in sorted(keys, key=PAGES.__contains__) or (*LOSSES, *PAGES):
                if key in LOSSES:
                    pick(page, key)
                else:
                    page.goto(url + PAGES[key])
                    page.wait_for_function(THEMED, arg=theme)
                    page.wait_for_timeout(SETTLED_MS)
                    rest(page)
                files.append(OUT / f"{key}-{theme}.png")
                page.screenshot(path=files[-1])
                print(files[-1].name, flush=True)
            sheet(files, OUT / f"all-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
