"""The container files as texts: they name only what exists, and close what can be closed."""

import json
import re
from pathlib import Path

import pytest
import yaml

from mikiwame_kaonavi.launcher import SOFT_END, web, worker

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ["migrate", "web", "worker", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = {
    text.partition("\n")[0].rpartition(" AS ")[2]: text
    for text in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
}
BASES = set(re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)) - STAGES.keys()
FOREIGN = [COMPOSE["services"][name]["image"] for name in ("postgres", "redis")]
VARIABLES = set(re.findall(r"^([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("service", OURS)
def test_each_service_is_given_variables_that_the_product_reads(service):
    given = {name.removesuffix("_FILE") for name in COMPOSE["services"][service]["environment"]}
    assert given <= VARIABLES


@pytest.mark.parametrize("service", OURS)
def test_the_owner_of_the_tables_migrates_and_nobody_else_knows_its_password(service):
    options = COMPOSE["services"][service]
    is_owner = service == "migrate"
    assert ("owner_database_url" in options["secrets"]) == is_owner
    assert options["environment"]["DATABASE_URL_FILE"] == f"/run/secrets/{'owner_' * is_owner}database_url"


def test_the_role_of_the_others_is_made_right_after_each_migration():
    migrate = COMPOSE["services"]["migrate"]
    assert migrate["command"][-1] == "python manage.py migrate --no-input && python manage.py application_role"
    given = migrate["environment"]["APPLICATION_DATABASE_URL_FILE"]
    assert given == COMPOSE["services"]["web"]["environment"]["DATABASE_URL_FILE"]


@pytest.mark.parametrize("service", OURS)
def test_no_secret_is_given_as_a_plain_variable(service):
    secrets = {"DJANGO_SECRET_KEY", "CREDENTIAL_KEYS", "DATABASE_URL", "CELERY_BROKER_URL", "METRICS_TOKEN"}
    environment = COMPOSE["services"][service]["environment"]
    assert secrets & set(environment) == set()
    assert {f"{name}_FILE" for name in secrets} <= set(environment)


def test_each_file_of_a_secret_is_mounted_where_it_is_read():
    for name, service in COMPOSE["services"].items():
        read = set(re.findall(r"/run/secrets/(\w+)", str(service)))
        assert read == set(service.get("secrets", [])), name
        assert read <= set(COMPOSE["secrets"]), name


def test_the_worker_of_the_container_is_the_one_that_is_tested():
    [_, _, *tested] = worker()
    [_, variable, *command] = COMPOSE["services"]["worker"]["command"]
    assert command == tested
    assert dict([variable.split("=")]) == SOFT_END


def test_the_web_server_of_the_container_is_the_one_that_is_tested():
    [program, *options] = json.loads(STAGES["services"].partition("\nCMD ")[2].replace("\\\n", ""))
    [_, _, *tested] = web(host="0.0.0.0", port=8000)  # noqa: S104 - inside a container
    assert set(options) - {"--worker-tmp-dir=/dev/shm"} == set(tested) - {program}


@pytest.mark.parametrize("service", [*OURS, "postgres", "redis"])
def test_each_container_is_closed_as_far_as_it_can_be(service):
    options = COMPOSE["services"][service]
    assert (options["read_only"], options["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in options["security_opt"]
    assert service in OURS or options["user"] == service
    assert "privileged" not in options


@pytest.mark.parametrize("service", ["web", "worker", "beat", "postgres", "redis"])
def test_each_container_that_stays_has_a_check_of_its_health_and_comes_back(service):
    options = COMPOSE["services"][service]
    assert options["healthcheck"]["test"]
    assert options["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", [*OURS, "postgres", "redis"])
def test_each_container_has_a_limit_of_memory_and_of_processes(service):
    options = COMPOSE["services"][service]
    assert re.fullmatch(r"\d+[mg]|\$\{[A-Z]+_MEMORY:-\d+g\}", options["mem_limit"])
    assert 0 < options["pids_limit"] <= 300


@pytest.mark.parametrize("image", sorted(BASES | set(FOREIGN)))
def test_each_image_of_others_is_named_by_its_digest(image):
    assert re.fullmatch(r"[a-z]+:[0-9a-z.-]+@sha256:[0-9a-f]{64}", image)


def test_the_images_have_the_manual_and_its_pictures():
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"!docs/manual.ja.md", "!docs/images"} <= set(let_in)


def test_all_stages_stand_on_the_same_image():
    assert len(BASES) == 1


def test_nothing_but_web_is_reached_from_outside_and_web_from_this_machine_alone():
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize("name", ["services", "single"])
def test_each_image_is_run_by_somebody_who_is_not_root_and_holds_no_compiler(name: str):
    assert "\nUSER mikiwame\n" in STAGES[name]
    whole = STAGES["product"] + STAGES[name]
    assert "HEALTHCHECK" in whole
    assert not re.search(r"apt-get|gcc|build-essential|pip install", whole)


def test_the_image_of_the_services_is_what_is_built_unless_another_is_asked_for():
    assert list(STAGES)[-1] == "services"


def test_the_single_container_is_the_launcher_with_all_that_it_keeps_in_one_volume():
    single = STAGES["single"]
    [python, *command] = json.loads(single.partition("\nCMD ")[2])
    assert (python, command) == ("python", ["-m", "mikiwame_kaonavi.launcher", "--host=0.0.0.0", "--port=8000"])
    assert re.findall(r"^VOLUME (\S+)", single, flags=re.MULTILINE) == ["/data"]
    assert "ln -s /data .data" in single
    assert "DJANGO_DEBUG" not in STAGES["product"] + single  # the embedded default
    assert "script/locks/embedded.txt" in STAGES["more_packages"]


def test_nothing_but_the_product_gets_into_the_image():
    rules = (ROOT / ".dockerignore").read_text().split()
    assert rules[0] == "**"
    allowed = {rule[1:].split("/")[0] for rule in rules if rule.startswith("!")}
    assert {
        "accounts",
        "assessments",
        "departments",
        "employees",
        "integrations",
        "mikiwame_kaonavi",
        "templates",
    } <= allowed
    assert not allowed & {"tests", ".data", ".env", "secrets", ".git"}
