"""``autograder doctor``: exit status and remedies, on this machine and on machines that are pretended."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import NEEDS_A_PERSON, group
from autograder.errors import SandboxError
from autograder.sandbox import open_sandbox
from autograder.sandbox.jail import bubblewrap as jail
from autograder.sandbox.jail import docker, machine
from tests.sandbox.jail_samples import needs_jail


def run() -> tuple[int, str]:
    result = CliRunner().invoke(group, ["doctor"], standalone_mode=False)
    assert result.exception is None
    return result.return_value, result.output


@needs_jail
@pytest.mark.slow
def test_a_machine_with_a_jail() -> None:
    status, output = run()
    assert status == 0
    assert "works: warm in" in output
    assert "cores" in output


def test_a_machine_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "candidates", lambda: ["/nowhere/bwrap"])
    status, output = run()
    assert status == NEEDS_A_PERSON
    assert "NO  jail" in output
    assert "--sandbox docker" in output


ENGINES = [
    # what is installed, platform, the beginning of the line to paste, what lets bubblewrap show a /proc
    ((), "linux", "docker run --rm -it -v", "systempaths=unconfined"),
    (("docker",), "darwin", "docker run --rm -it -v", "systempaths=unconfined"),
    (("podman",), "win32", "podman run --rm -it -v", "unmask=ALL"),
]


@pytest.mark.parametrize(("installed", "platform", "begins", "proc"), ENGINES)
def test_a_line_to_paste_where_no_engine_can_be_used(
    installed: tuple[str, ...], platform: str, begins: str, proc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker.shutil, "which", lambda name: f"/bin/{name}" if name in installed else None)
    monkeypatch.setattr(docker.sys, "platform", platform)
    finding = machine._container()
    assert finding.good is None
    words = shlex.split(finding.remedy)
    assert finding.remedy.startswith(begins)
    assert proc in words
    assert words[-1].startswith("pip install './nabla_autograder-")
    assert words[-1].endswith("autograder grade hw01 submissions.zip --roster gradebook.csv")


def test_ubuntus_rule_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    switch = tmp_path / "proc" / "kernel" / "apparmor_restrict_unprivileged_userns"
    switch.parent.mkdir(parents=True)
    switch.write_text("1\n")
    monkeypatch.setattr(machine, "_SWITCHES", ((switch, "1", "let AppArmor name bwrap"),))
    (finding,) = machine._switches()
    assert finding.good is None
    assert finding.remedy == "let AppArmor name bwrap"


def test_no_silent_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "candidates", list)
    with pytest.raises(SandboxError, match="bubblewrap is not installed"):
        open_sandbox("bwrap")
    monkeypatch.setattr(jail, "candidates", lambda: ["/bin/false"])
    with pytest.raises(SandboxError, match="apparmor"):
        open_sandbox("bwrap")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SandboxError, match="neither docker nor podman"):
        open_sandbox("docker")


def test_the_containers_command_line_shuts_the_same_doors(tmp_path: Path) -> None:
    from autograder.sandbox import Limits
    from autograder.sandbox.line.orders import Config

    config = Config(confined=True, scratch=jail.SCRATCH, wipe=("/tmp",), connect="/run/autograder/control")
    line = docker.command("docker", "name", str(tmp_path), Limits(), config, str(tmp_path / "cache"))
    text = " ".join(line)
    for part in ("--network none", "--read-only", "--cap-drop ALL", "no-new-privileges", "--pids-limit", "/cache:ro"):
        assert part in text
    assert "numpy==" in docker.pins()
