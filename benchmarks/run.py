"""``make bench``: measure everything in one run, and write the table into ``benchmarks/README.md``.

``python -m benchmarks.run drag api`` measures some parts only, and writes nothing.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks import api, drag, memory, sampling, servers, start
from benchmarks.row import Row
from tests.browser.conftest import ARGUMENTS, executable

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- table: make bench -->\n", "<!-- end of table -->"
PACKAGES = ("streamlit", "plotly", "torch", "numpy", "starlette", "uvicorn", "httptools", "dash", "playwright")
BUSY = 0.5

Part = Callable[[Browser, servers.Server], list[Row]]
PARTS: dict[str, Part] = {
    "sampling": lambda _browser, _ours: sampling.rows(),
    "drag": drag.rows,
    "compare": drag.compared,
    "picture": drag.pictured,
    "surface": drag.surfaces,
    "api": lambda _browser, ours: api.rows(ours),
    "start": lambda browser, _ours: start.rows(browser),
    "memory": lambda browser, _ours: memory.rows(browser),
}


def processor() -> str:
    """The processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def circumstances(browser: Browser, load: tuple[float, ...]) -> Iterator[str]:
    """When, where and with what."""
    busy = ": **not quiet**, read the numbers with care" if load[0] > BUSY * (os.cpu_count() or 1) else ""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    yield f"- `make bench`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip() or 'unknown'}"
    yield f"- {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"
    yield f"- load of the machine at the start {' '.join(f'{x:.2f}' for x in load)}{busy}"
    yield f"- Python {platform.python_version()}, {versions}"
    yield f"- headless Chromium {browser.version}, drawing in software"


def table(rows: list[Row]) -> str:
    """The rows as Markdown, a table a part."""
    found = []
    for part, group in groupby(sorted(rows, key=lambda row: _order(rows, row.part)), key=lambda row: row.part):
        lines = [["", "median", "p95", "goal for the median", ""], ["---", "--:", "--:", "---", "---"]]
        lines += [row.cells() for row in group]
        found.append(f"### {part}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(found)


def _order(rows: list[Row], part: str) -> int:
    return next(i for i, row in enumerate(rows) if row.part == part)


def measured(parts: list[str], browser: Browser) -> list[Row]:
    """The rows of these parts; each is announced, for a run takes minutes."""
    rows = []
    with servers.lossary() as ours:
        for part in parts:
            began = time.perf_counter()
            print(f"{part} …", end=" ", flush=True)
            rows += PARTS[part](browser, ours)
            print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return rows


def main() -> None:
    """Measure, print, and after a whole run write."""
    parser = argparse.ArgumentParser(description="Measure Lossary beside its peers.")
    parser.add_argument("parts", nargs="*", help="what to measure: " + ", ".join(PARTS))
    parts = parser.parse_args().parts
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    load = os.getloadavg()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        found = table(measured(parts or list(PARTS), browser))
        text = "\n".join(circumstances(browser, load)) + "\n\n" + found + "\n"
        browser.close()
    print(f"\n{text}")
    if not parts:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.partition(END)[2], encoding="utf-8")
        print(f"written to {README.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
