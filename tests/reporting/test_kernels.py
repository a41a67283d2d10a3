"""The report kernel is this interpreter, in an environment of its own."""

from __future__ import annotations

import os
import sys

import pytest

from cxmaturity.reporting.kernels import ReportKernelManager, kernel_environment


def test_own_interpreter_whatever_is_installed(tmp_path, monkeypatch):
    """No installed kernelspec is asked: not the user's, not the environment's."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    manager = ReportKernelManager(kernel_name="python3", workspace=str(tmp_path))

    assert sys.executable == manager.kernel_spec.argv[0]
    assert str(tmp_path / "kernel.json") == manager.connection_file


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such sockets")
def test_no_open_port(tmp_path):
    """The kernel talks through files of its workspace, not through network ports."""
    assert "ipc" == ReportKernelManager(kernel_name="python3", workspace=str(tmp_path)).transport


def test_nothing_of_the_user_starts(tmp_path):
    """Start-up files, profiles and configuration of the user are out of reach."""
    given = {"PYTHONSTARTUP": "x.py", "PYTHONWARNINGS": "error", "PATH": "p"}
    environment = kernel_environment(tmp_path, given)

    assert {"PYTHONSTARTUP", "PYTHONWARNINGS"} & set(environment) == set()
    assert "p" == environment["PATH"]
    assert environment["IPYTHONDIR"].startswith(str(tmp_path))
    assert environment["JUPYTER_CONFIG_DIR"].startswith(str(tmp_path))
    assert "PYTHONSTARTUP" in given
