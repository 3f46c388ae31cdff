"""Prints what compose files name, for check-compose.sh: a kind, a tab, the name; one a line.

Kinds: service, variable (set for Budget), property (of a Kafka broker), file (mounted from here), main (a
class that is started), problem (a sentence).
"""

import re
import sys

import yaml

# What the Kafka image and its scripts read themselves.
NOT_PROPERTIES = {"KAFKA_HEAP_OPTS", "KAFKA_OPTS"}
EVERY_SERVICE = ("restart", "mem_limit", "cpus", "pids_limit", "healthcheck", "cap_drop")


def say(kind, name):
    print(f"{kind}\t{name}")


def names(service, definition):
    say("service", service)
    environment = definition.get("environment", {})
    broker = service.startswith("kafka-")
    for variable in environment:
        if broker and variable.startswith("KAFKA_") and variable not in NOT_PROPERTIES:
            say("property", variable.removeprefix("KAFKA_").lower().replace("_", "."))
        elif not broker and re.match("(BUDGET|KAFKA|HERMES)_", variable):
            say("variable", variable)
    for volume in definition.get("volumes", []):
        if volume.startswith("./"):
            say("file", volume.split(":")[0])
    for word in definition.get("command") or []:
        if word.startswith("tekton."):
            say("main", word)


def whole(path, project):
    """What every service must have when no other file is laid over this one."""
    services = project["services"]
    volumes = project.get("volumes", {})
    for service, definition in services.items():
        for key in EVERY_SERVICE:
            if key not in definition:
                say("problem", f"{path}: {service} has no {key}")
        for needed, how in definition.get("depends_on", {}).items():
            if needed not in services:
                say("problem", f"{path}: {service} depends on {needed}, which there is not")
            elif not set(services[needed].get("profiles", [])) <= set(
                definition.get("profiles", [])
            ):
                say("problem", f"{path}: {service} depends on {needed}, of another profile")
            elif how["condition"] == "service_healthy" and services[needed].get(
                "healthcheck", {}
            ).get("disable"):
                say("problem", f"{path}: {service} waits for the health of {needed}")
        for volume in definition.get("volumes", []):
            source = volume.split(":")[0]
            if not source.startswith(".") and source not in volumes:
                say("problem", f"{path}: {service} has a volume {source} that is not declared")
        for port in definition.get("ports", []):
            if not re.search(r":-127\.0\.0\.1:\d+\}:\d+$", port):
                say("problem", f"{path}: {service} publishes {port} beyond loopback by default")
    instances = [
        value
        for definition in services.values()
        for key, value in definition.get("environment", {}).items()
        if key in ("BUDGET_HOST", "BUDGET_ALERT_INSTANCE")
    ]
    if len(instances) != len(set(instances)):
        say("problem", f"{path}: two instances have one name: {instances}")


def main(paths):
    base = None
    for path in paths:
        with open(path, encoding="utf-8") as file:
            project = yaml.safe_load(file)
        if base is None:
            base = project
            whole(path, project)
        for service, definition in project["services"].items():
            names(service, definition)
            if service not in base["services"]:
                say("problem", f"{path}: {service} is not in {paths[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
