"""The files for production, read as a container engine would read them."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from succession.management.commands.prepare_database import BOOTSTRAP, VARIABLES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:[?-])?([^}]*)\}")
SECRET = re.compile(r"PASSWORD|SECRET|EMAIL_URL|ALLOWED_HOSTS")


def dockerfile():
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]


def values_of(instruction):
    return [value for name, value in dockerfile() if name == instruction]


def test_the_services_are_those_of_production():
    assert set(SERVICES) == {"postgres", "redis", *OURS}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("redis:")


def test_no_image_names_a_registry():
    images = [service["image"] for service in SERVICES.values()]
    images += [value.split()[0] for value in values_of("FROM")]
    assert [image for image in images if "/" in image] == []


def test_every_secret_is_required_with_a_message():
    found = VARIABLE.findall((ROOT / "docker-compose.yml").read_text())
    secrets = {(name, kind, bool(message)) for name, kind, message in found if SECRET.search(name)}
    assert {name for name, _, _ in secrets} == {
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "APP_DATABASE_PASSWORD",
        "OWNER_DATABASE_PASSWORD",
        "MAINTENANCE_DATABASE_PASSWORD",
        "BOOTSTRAP_DATABASE_PASSWORD",
        "REDIS_PASSWORD",
        "EMAIL_URL",
    }
    assert {(kind, message) for _, kind, message in secrets} == {(":?", True)}


def test_every_other_variable_has_a_default():
    found = VARIABLE.findall((ROOT / "docker-compose.yml").read_text())
    assert [name for name, kind, _ in found if kind not in {":?", ":-"}] == []


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat"])
def test_what_runs_on_has_a_health_check(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert check["retries"] >= 3


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_application_starts_after_the_migrations(name):
    waits = {other: wait["condition"] for other, wait in SERVICES[name]["depends_on"].items()}
    assert waits == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_migration_makes_roles_then_tables_then_rights():
    script = SERVICES["migrate"]["command"][-1]
    commands = re.findall(r"manage\.py (\w+)", script)
    assert commands == ["prepare_database", "migrate", "grant_roles"]
    assert {BOOTSTRAP, *VARIABLES.values()} <= set(SERVICES["migrate"]["environment"])


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_running_application_holds_only_its_own_role(name):
    environment = SERVICES[name]["environment"]
    assert environment["DATABASE_URL"].startswith("postgresql://echelon_app:")
    assert environment["ECHELON_ENV"] == "production"
    assert not {BOOTSTRAP, "MIGRATION_DATABASE_URL", "MAINTENANCE_DATABASE_URL"} & set(environment)
    assert "DEBUG" not in environment


@pytest.mark.parametrize("name", OURS)
def test_the_application_has_no_power_it_does_not_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service


def test_only_the_web_server_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_volumes_and_networks_are_declared():
    volumes = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert volumes == set(COMPOSE["volumes"])
    assert {network for service in SERVICES.values() for network in service["networks"]} == set(COMPOSE["networks"])


def test_the_image_runs_as_a_plain_user():
    instructions = dockerfile()
    last_stage = instructions[max(i for i, (name, _) in enumerate(instructions) if name == "FROM") :]
    assert [value for name, value in last_stage if name == "USER"] == ["echelon"]
    after_user = last_stage[last_stage.index(("USER", "echelon")) :]
    assert {name for name, _ in after_user} == {"USER", "EXPOSE", "CMD"}


def test_the_image_holds_no_secret():
    given = " ".join(values_of("ENV") + values_of("ARG"))
    assert not re.search(r"SECRET|PASSWORD|DATABASE_URL|TOKEN", given)


def test_the_image_is_built_from_locks():
    assert any("npm ci" in value for value in values_of("RUN"))
    installs = [value for value in values_of("RUN") if "pip install" in value]
    assert installs
    assert all(value.count("--require-hashes") == value.count("pip install") for value in installs)


def test_what_the_image_copies_exists_and_is_let_through():
    let_through = {
        line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    sources = set()
    for value in values_of("COPY"):
        words = shlex.split(value)
        if not words[0].startswith("--from"):
            sources |= {word.removeprefix("./") for word in words[:-1]}
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if source.split("/")[0] not in let_through] == []
    assert let_through <= {source.split("/")[0] for source in sources}


def test_health_checks_name_files_that_are_there():
    for service in SERVICES.values():
        for word in service.get("healthcheck", {}).get("test", []):
            if word.endswith(".py"):
                assert (ROOT / word).is_file()
