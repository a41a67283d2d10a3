"""The samples for servers: they start the program as it really is, and leave out what must not be there."""

from __future__ import annotations

import re
import shlex

import click
import pytest
import yaml

from cxmaturity.cli._app import application
from cxmaturity.resources import resource

DEPLOY = resource("templates/deploy")


def read(name):
    """Return a sample."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def options_of(*names):
    """Return the options of a command."""
    command, context = application(), click.Context(application())
    for name in names:
        command = command.get_command(context, name)
    return {word for parameter in command.params for word in (*parameter.opts, *parameter.secondary_opts)}


def told(words):
    """Return the options among words."""
    return {word for word in words if word.startswith("--")}


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_command_in_a_sample_of_a_proxy_exists(name):
    """What the comments say to start has only options that `cxmaturity app` knows."""
    comments = " ".join(re.findall(r"^# *(.*)$", read(name), flags=re.MULTILINE))
    command = re.search(
        r"cxmaturity app PATH( --[^:]*?127\.0\.0\.1)", comments.replace("https://", "https//")
    )

    assert command
    assert {"--base-url", "--trusted-proxy", "--port"} <= told(shlex.split(command[1])) <= options_of("app")


def test_the_containers_start_what_exists():
    """The words of the image and of each service are options of their command."""
    image = re.search(r"^CMD (\[.*\])$", read("Containerfile"), flags=re.MULTILINE)
    services = yaml.safe_load(read("compose.yaml"))["services"]

    assert image
    assert told(yaml.safe_load(image[1])) <= options_of("app")
    assert told(services["app"]["command"]) <= options_of("app")
    assert "cxmaturity campaign purge /engagement --due" in services["purge"]["entrypoint"][2]
    assert "--due" in options_of("campaign", "purge")


def test_the_containers_are_locked_down():
    """Not root, nothing written but memory and the database, no capability, the port for the host's proxy only."""
    services = yaml.safe_load(read("compose.yaml"))["services"]

    assert re.search(r"^USER 10001:10001$", read("Containerfile"), flags=re.MULTILINE)
    for name in ("app", "purge"):
        assert services[name]["read_only"] is True
        assert ["ALL"] == services[name]["cap_drop"]
        assert ["no-new-privileges:true"] == services[name]["security_opt"]
    assert ["127.0.0.1:8866:8866"] == services["app"]["ports"]
    assert "ports" not in services["database"]


def test_no_sample_holds_a_secret_or_writes_one_to_a_log():
    """No password in a file, no link and no query in a log line, the visitor's own X-Forwarded-For thrown away."""
    nginx, caddy = read("nginx.conf"), read("Caddyfile")
    log_format = re.search(r"log_format cxmaturity '([^']*)'", nginx)

    assert log_format
    assert [] == [
        name for name in ("$request ", "$request_uri", "$args", "$remote_addr") if name in log_format[1]
    ]
    assert "X-Forwarded-For $remote_addr" in nginx
    assert "proxy_add_x_forwarded_for" not in nginx.replace("# ", "")
    assert "request>uri regexp" in caddy
    assert "X-Forwarded-For {remote_host}" in caddy
    for name in ("nginx.conf", "Caddyfile", "Containerfile", "compose.yaml"):
        assert not re.search(r"(PASSWORD|SECRET_KEY)=(?!\.\.\.)\S", read(name))


def test_the_log_of_caddy_loses_links_and_queries():
    """The expression of the sample, applied as Caddy does, leaves neither token nor query."""
    wanted = re.search(r'request>uri regexp "(.*)" "\$1"', read("Caddyfile"))

    assert wanted
    masked = [
        re.sub(wanted[1], r"\1", uri) for uri in ("/i/abc.def?lang=fr", "/c/x/?token=1", "/c/x/answers")
    ]
    assert ["/i/", "/c/x/", "/c/x/answers"] == masked
