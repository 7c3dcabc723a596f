"""Isolated environments for the capture programs: one per set of pins."""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# The interpreter line of the recordings: it is part of what an SDK sends.
RECORDING_PYTHON = (3, 11)


class PythonEnvironment:
    """A virtual environment made from ``requirements-<name>.txt``.

    ``python`` is the interpreter line to make it with, as a pair.
    """

    def __init__(self, name, cache, python=RECORDING_PYTHON):
        self.name = name
        self.root = pathlib.Path(cache).resolve() / name
        self._python = python
        self._requirements = HERE / f"requirements-{name}.txt"

    def version(self, package):
        """The pinned version of ``package``."""
        match = re.search(rf"^{re.escape(package)}==(\S+)$", self._requirements.read_text(), re.MULTILINE)
        if match is None:
            raise LookupError(f"{self._requirements.name} does not pin {package}")
        return match.group(1)

    def install(self):
        """Create the environment, unless it is there with the same pins; returns whether it did."""
        digest = "{} for {}.{}".format(_digest(self._requirements), *self._python)
        python = self.root / "bin" / "python"
        # An interpreter that was removed leaves a link behind that leads nowhere.
        if _installed(self.root) == digest and python.exists():
            return False
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run([_interpreter(self._python), "-m", "venv", self.root], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "-r", self._requirements], check=True)
        (self.root / ".digest").write_text(digest)
        return True

    def command(self, program):
        """The command line that runs ``programs/<program>.py``."""
        return [str(self.root / "bin" / "python"), str(HERE / "programs" / f"{program}.py")]

    def paths(self):
        """This environment's places on disk, each with a neutral stand-in."""
        home = re.search(r"^home = (.+)$", (self.root / "pyvenv.cfg").read_text(), re.MULTILINE).group(1)
        return {
            str(self.root): "/app/.venv",
            str(HERE / "programs"): "/app",
            str(pathlib.Path(home).parent): "/usr",
            str(pathlib.Path(home).resolve().parent): "/usr",
        }


class NodeEnvironment:
    """A copy of the ``js`` folder with the locked packages of ``js/<name>`` installed."""

    def __init__(self, name, cache):
        self.name = name
        self.root = pathlib.Path(cache).resolve() / name
        self._pins = HERE / "js" / name

    @staticmethod
    def exists(name):
        """Whether ``name`` is one of JavaScript's environments."""
        return (HERE / "js" / name / "package.json").exists()

    def version(self, package):
        """The pinned version of ``package``."""
        match = re.search(rf'"{re.escape(package)}": "([0-9][^"]*)"', (self._pins / "package.json").read_text())
        if match is None:
            raise LookupError(f"js/{self.name}/package.json does not pin {package}")
        return match.group(1)

    def install(self):
        """Copy the programs, and install the lock file's packages if it changed; returns whether it did."""
        digest = _digest(self._pins / "package-lock.json")
        fresh = _installed(self.root) != digest
        if fresh:
            shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self._pins, self.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        for program in (HERE / "js").glob("*.mjs"):
            shutil.copy(program, self.root)
        if fresh:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=self.root, check=True)
            (self.root / ".digest").write_text(digest)
        return fresh

    def command(self, program):
        """The command line that runs ``js/<program>.mjs``."""
        return ["node", str(self.root / f"{program}.mjs")]

    def paths(self):
        """This environment's places on disk, each with a neutral stand-in."""
        node = shutil.which("node")
        return {str(self.root): "/app", node: "/usr/bin/node", str(pathlib.Path(node).resolve()): "/usr/bin/node"}


def _interpreter(line):
    if sys.version_info[:2] == line:
        return sys.executable
    wanted = "python{}.{}".format(*line)
    found = shutil.which(wanted)
    if found is None:
        raise SystemExit(f"the recordings are made with {wanted}, which is not on the PATH")
    return found


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed(root):
    marker = root / ".digest"
    return marker.read_text() if marker.exists() else None
