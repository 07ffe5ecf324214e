"""The house around the code: what the README shows is true, and what can go wrong with `make` is said in one sentence."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit import config as streamlit_config

import losslib
from ui.api.openapi import document

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt")
SCRIPTS = ("setup.sh", "run.sh", "browser.sh", "common.sh")
TOOLS = ("sh", "dirname", "cat", "tr", "grep", "sed", "tee", "tail", "rm", "id")


def block(language: str) -> str:
    """The README's first block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no block of {language}"
    return found[1]


# --- the README ------------------------------------------------------------------------------------------------------


def tree() -> list[str]:
    """The paths of the README's tree, from the root."""
    paths, parents = [], [""]
    for line in block("text").splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth + 1 :] = [parents[depth] + name]
        paths.append(parents[depth] + name)
    return paths


@pytest.mark.parametrize("path", tree())
def test_the_tree_in_the_readme_stands(path):
    assert (ROOT / path).is_dir() == path.endswith("/")
    assert (ROOT / path).exists()


def test_the_readmes_links_lead_somewhere():
    local = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_the_readmes_commands_are_targets_of_the_makefile():
    for target in re.findall(r"`?make ([a-z]+)", README):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_the_readmes_python_runs():
    names: dict[str, object] = {}
    exec(block("python"), names)
    assert names["curve"].gradient.shape == names["curve"].x.shape


def test_the_readmes_request_is_one_that_can_be_drawn():
    address = re.search(r"curl '([^']+)'", README)
    assert losslib.View.parse(parse_qsl(urlsplit(address[1]).query)).loss == "focal"


def test_the_readmes_variables_are_read_somewhere():
    code = "".join(
        p.read_text()
        for d in ("losslib", "ui", "scripts")
        for p in (ROOT / d).rglob("*.*")
        if p.suffix in (".py", ".sh")
    )
    for name in re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE):
        assert re.search(rf"\b{name}\b", code), name


def test_the_readmes_diff_can_be_applied_as_it_is(tmp_path):
    diff = tmp_path / "loss.diff"
    diff.write_text(block("diff"))
    subprocess.run(["git", "apply", "--check", os.fspath(diff)], cwd=ROOT, check=True)


@pytest.mark.walk
def test_the_readmes_loss_joins_the_catalogue_and_passes_its_tests(tmp_path):
    for directory in ("losslib", "tests/losslib"):
        shutil.copytree(ROOT / directory, tmp_path / directory, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/__init__.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "loss.diff").write_text(block("diff"))
    subprocess.run(["git", "apply", "loss.diff"], cwd=tmp_path, check=True)
    key = re.search(r"^\+def (\w+)", block("diff"), re.MULTILINE)[1]
    assert key not in losslib.LOSSES, f"the catalogue has {key} by now: the README needs another example"
    command = [sys.executable, "-m", "pytest", "tests/losslib/test_catalogue.py", "-k", key, "-p", "no:cacheprovider"]
    bare = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 10


# --- requirements, settings, the container ---------------------------------------------------------------------------


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_requirements_are_exact(file):
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    for line in filter(None, lines):
        assert re.fullmatch(r"-r [\w./-]+|[\w.-]+==[\w.]+", line), line


def settings(table: dict, prefix: str = "") -> Iterator[str]:
    """The dotted names of all options of a TOML table."""
    for key, value in table.items():
        yield from settings(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]


def test_streamlit_knows_every_option_of_its_configuration():
    table = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    unknown = [name for name in settings(table) if name not in streamlit_config._config_options_template]
    assert unknown == []
    assert len(list(settings(table))) > 30


def test_the_two_themes_set_the_same_things():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    assert set(settings(theme["light"])) == set(settings(theme["dark"]))


def test_the_container_runs_as_nobody_and_says_how_it_is():
    final = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER (?!0\b|root\b)\w+", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert re.search(r'^CMD \["python"', final, re.MULTILINE), "in exec form, so that it gets SIGTERM itself"
    assert "://" not in DOCKERFILE


def test_only_what_the_app_reads_goes_into_the_image():
    rules = [r for r in (ROOT / ".dockerignore").read_text().splitlines() if r and not r.startswith("#")]
    assert rules[0] == "*"
    admitted = [rule[1:] for rule in rules if rule.startswith("!")]
    assert [path for path in admitted if not (ROOT / path).exists()] == []
    assert {"app.py", "pages", "losslib", "ui", "requirements.txt", "deploy/healthcheck.py"} <= set(admitted)
    assert not any(path.startswith((".venv", ".git", "tests")) or path == ".streamlit" for path in admitted)


def test_nginx_knows_the_replicas_of_the_compose_file():
    replicas = re.findall(r"server (lossary-\d+):8501", (ROOT / "deploy/nginx.conf").read_text())
    assert len(replicas) > 1
    assert replicas == re.findall(
        r"^  (lossary-\d+): \*lossary", (ROOT / "deploy/compose.yaml").read_text(), re.MULTILINE
    )


def test_a_busy_replica_is_not_taken_for_a_broken_one():
    (retried,) = re.findall(r"proxy_next_upstream ([^;]+);", (ROOT / "deploy/nginx.conf").read_text())
    assert "503" not in retried


@pytest.mark.parametrize("file", ["compose.yaml", "kubernetes.yaml"])
def test_every_setting_can_be_made_where_it_is_deployed(file):
    settings = set(re.findall(r"^\| `(LOSS\w+)`", README, re.MULTILINE))
    assert {s for s in settings if s not in (ROOT / "deploy" / file).read_text()} == set()


def test_the_version_is_one():
    assert f"## [{losslib.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
    assert f"image: lossary:{losslib.__version__}" in (ROOT / "deploy/kubernetes.yaml").read_text()
    assert document()["info"]["version"] == losslib.__version__


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers ``ok`` for the health check's path below ``/base`` and at the root, and a page for everything else."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok" if self.path == "/_stcore/health" else b"<!doctype html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answering() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def health(port: int, base: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_BASE_URL_PATH": base}
    command = [sys.executable, "deploy/healthcheck.py"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_server_that_answers_ok_is_healthy(answering):
    assert health(answering).returncode == 0


def test_a_page_with_status_200_is_not_health(answering):
    assert health(answering, "/elsewhere/").returncode == 1


def test_nobody_at_the_port_is_one_line_and_not_health():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        done = health(closed.getsockname()[1])
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


# --- make and its scripts --------------------------------------------------------------------------------------------


def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"^  make (\w+) ", listed, re.MULTILINE)) == targets
    assert {"run", "test", "lint", "bench", "gallery", "clean", "help"} <= targets


@pytest.mark.parametrize("script", [".ci/run", *(f"scripts/{name}" for name in SCRIPTS if name != "common.sh")])
def test_scripts_can_be_run(script):
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR


class Elsewhere:
    """A copy of the scripts in a directory of its own, where only what the test puts there is on the PATH."""

    def __init__(self, root: Path):
        self.root = root
        self.bin = root / "bin"
        shutil.copytree(ROOT / "scripts", root / "scripts")
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        (root / "requirements.txt").write_text("thing==1\n")

    def program(self, path: str, body: str) -> None:
        """Write a shell program."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!{shutil.which('sh')}\n{body}\n")
        file.chmod(0o755)

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts with nothing but this directory's programs."""
        return subprocess.run(
            [str(self.root / "scripts" / script), *arguments],
            env={"PATH": str(self.bin), **environment},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path) -> Elsewhere:
    return Elsewhere(tmp_path)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failed script said."""
    assert done.returncode != 0
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Lossary: ")
    return lines[0]


OLD = 'case "$2" in *print*) echo 3.9.18;; *) exit 1;; esac'
NEW_WITHOUT_VENV = 'case "$2" in *print*) echo 3.12.1;; *ensurepip*) exit 1;; esac'


def pip(says: str, status: int) -> str:
    """A ``.venv/bin/python`` whose pip says something and writes down that it was asked."""
    return f'[ "$2" != pip ] || {{ echo asked >>"$(dirname "$0")/asked"; echo "{says}"; exit {status}; }}'


def test_no_python_is_one_sentence(elsewhere):
    assert "Python 3.11 or newer is needed and none was found" in complaint(elsewhere.run("run.sh"))


def test_an_old_python_is_one_sentence(elsewhere):
    elsewhere.program("bin/python3", OLD)
    assert "Python 3.11 or newer is needed, but python3 is 3.9.18" in complaint(elsewhere.run("run.sh"))


def test_a_newer_python_beside_an_old_one_is_found(elsewhere):
    elsewhere.program("bin/python3", OLD)
    elsewhere.program("bin/python3.12", NEW_WITHOUT_VENV)
    assert "python3.12 has no venv module" in complaint(elsewhere.run("setup.sh", "requirements.txt"))


def test_a_python_without_venv_is_one_sentence_with_the_package_to_install(elsewhere):
    elsewhere.program("bin/python3", NEW_WITHOUT_VENV)
    assert "apt-get install python3-venv" in complaint(elsewhere.run("setup.sh", "requirements.txt"))


def test_no_network_is_one_sentence(elsewhere):
    elsewhere.program(".venv/bin/python", pip("WARNING: Retrying after NewConnectionError", 1))
    assert "package index cannot be reached" in complaint(elsewhere.run("setup.sh", "requirements.txt"))


def test_another_failure_of_pip_is_told_in_its_own_words(elsewhere):
    elsewhere.program(".venv/bin/python", pip("ERROR: No matching distribution found for thing==1", 1))
    said = complaint(elsewhere.run("setup.sh", "requirements.txt"))
    assert "No matching distribution found for thing==1" in said
    assert ".venv/install.log" in said


def test_requirements_are_installed_once_and_again_when_they_change(elsewhere):
    elsewhere.program(".venv/bin/python", pip("fine", 0))
    asked = elsewhere.root / ".venv/bin/asked"
    for _ in range(2):
        assert elsewhere.run("setup.sh", "requirements.txt").returncode == 0
    assert asked.read_text().count("asked") == 1
    (elsewhere.root / "requirements.txt").write_text("thing==2\n")
    assert elsewhere.run("setup.sh", "requirements.txt").returncode == 0
    assert asked.read_text().count("asked") == 2


def test_what_failed_to_install_is_tried_again(elsewhere):
    elsewhere.program(".venv/bin/python", pip("ERROR: no", 1))
    elsewhere.run("setup.sh", "requirements.txt")
    elsewhere.run("setup.sh", "requirements.txt")
    assert (elsewhere.root / ".venv/bin/asked").read_text().count("asked") == 2


def loopbacks() -> Iterator[tuple[socket.AddressFamily, str]]:
    """The addresses by which this machine speaks to itself."""
    yield socket.AF_INET, "127.0.0.1"
    with suppress(OSError), socket.socket(socket.AF_INET6) as door:
        door.bind(("::1", 0))
        yield socket.AF_INET6, "::1"


@pytest.mark.parametrize(("family", "here"), [*loopbacks()])
def test_a_taken_port_is_one_sentence_with_another_to_try(elsewhere, family, here):
    (elsewhere.bin / "python3").symlink_to(sys.executable)
    with socket.socket(family) as taken:
        taken.bind((here, 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = complaint(elsewhere.run("run.sh", PORT=str(port)))
    assert f"port {port} is taken" in said
    assert f"make run PORT={port % 65535 + 1}" in said


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "99999999999999999999", "-1", "80 81"])
def test_a_port_that_is_none_is_one_sentence(elsewhere, port):
    assert "PORT must be a number between 1 and 65535" in complaint(elsewhere.run("run.sh", PORT=port))


def test_no_browser_and_no_package_manager_is_one_sentence(elsewhere):
    assert "need Chromium or Google Chrome" in complaint(elsewhere.run("browser.sh"))


def test_a_browser_that_is_here_is_taken(elsewhere):
    elsewhere.program("bin/google-chrome", "exit 0")
    elsewhere.program("bin/apt-get", f"touch {os.fspath(elsewhere.root)}/installed")
    assert elsewhere.run("browser.sh").returncode == 0
    assert not (elsewhere.root / "installed").exists()


def test_a_browser_is_named_by_its_path_which_may_have_spaces(elsewhere):
    elsewhere.program("Google Chrome.app/chrome", "exit 0")
    assert elsewhere.run("browser.sh", CHROMIUM=os.fspath(elsewhere.root / "Google Chrome.app/chrome")).returncode == 0


MANAGERS = ("apt-get", "dnf", "pacman")
SUDO = '[ "$1" != -n ] || shift; exec "$@"'


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_browser_is_installed_by_the_systems_own_package_manager(elsewhere, manager):
    wanted = elsewhere.bin / "chromium"
    elsewhere.program("made", "exit 0")
    body = f'case " $* " in *headless*) exit 1 ;; *" chromium "*) ln -s "{elsewhere.root}/made" "{wanted}" ;; esac'
    elsewhere.program(f"bin/{manager}", body)
    elsewhere.program("bin/sudo", SUDO)
    (elsewhere.bin / "ln").symlink_to(shutil.which("ln"))
    done = elsewhere.run("browser.sh")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Installing Chromium and fonts by {manager} …\n"
    assert wanted.exists()


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_package_manager_that_fails_is_one_sentence(elsewhere, manager):
    elsewhere.program(f"bin/{manager}", "echo 'E: no network'; exit 100")
    elsewhere.program("bin/sudo", SUDO)
    assert f"{manager} could not install chromium" in complaint(elsewhere.run("browser.sh"))
