"""What is handed to container engines, clusters and CI, checked by their own tools."""

import ast
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from driving.server import ROOT
from tests.docker_image import copy_image, image_files
from tests.nginx_proxy import nginx

TOOLS = Path(sysconfig.get_path("scripts"))
KUBERNETES = "1.37"  # whose schemas the manifests follow
MANIFESTS = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))


def run(*command, **environment):
    """Run a tool on the project; return what it prints. Fails with its complaints."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def resources():
    """Return the cluster's resources by kind."""
    documents = [each for file in MANIFESTS for each in yaml.safe_load_all(file.read_text())]
    return {each["kind"]: each for each in documents}


def compose(**environment):
    """Return deploy/compose.yaml as Compose understands it."""
    settings = {"POSTGRES_PASSWORD": "word"} | environment
    command = [TOOLS / "docker-compose", "--file=deploy/compose.yaml", "config", "--format=json"]
    return json.loads(run(*command, **settings))


def test_the_dockerfile_has_nothing_to_complain_about():
    run(TOOLS / "hadolint", "Dockerfile")


def test_the_image_holds_the_server_and_no_secrets():
    files = image_files()
    for needed in (
        "webapp.py",
        "history/notebook.py",
        "model.keras",
        "page/canvas/relay.js",
        "server/openapi.yaml",
        ".streamlit/config.toml",
    ):
        assert needed in files
    assert not [path for path in files if path.startswith(("tests/", ".env", ".git", "data/"))]


def test_the_image_holds_nothing_that_makes_or_measures_a_network():
    folders = {path.split("/")[1] for path in image_files() if path.startswith("digit_model/")}
    assert not folders & {"data", "evaluation", "strokes", "training"}


def test_the_image_holds_all_that_its_files_import():
    files = set(image_files())
    for importer, module in imported_by(files):
        is_ours = (ROOT / module.split(".")[0]).is_dir() or (ROOT / f"{module}.py").is_file()
        path = module.replace(".", "/")
        assert not is_ours or {f"{path}.py", f"{path}/__init__.py"} & files, (importer, module)


def imported_by(files):
    """Yield each Python file and a module that it imports, inside functions too."""
    for path in files:
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((path, each.name) for each in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield path, node.module


def test_the_server_can_be_imported_from_the_image(tmp_path):
    copy_image(tmp_path)
    command = [sys.executable, "-c", "import webapp, server.rest, photo.ink, digit_model.__main__"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_compose_starts_as_many_servers_as_the_proxy_knows():
    services = compose(REPLICAS="5")["services"]
    assert services["page"]["deploy"]["replicas"] == 5
    assert services["proxy"]["environment"]["REPLICAS"] == "5"


def test_compose_wants_a_password():
    with pytest.raises(AssertionError, match="POSTGRES_PASSWORD is missing a value"):
        compose(POSTGRES_PASSWORD="")


def test_the_proxy_finds_every_server_by_the_name_of_its_container(tmp_path):
    script = f'. {ROOT}/deploy/proxy/15-servers.envsh; echo "$PROXY_SERVERS"'
    lines = run("sh", "-c", script, PROJECT="mnist-draw", REPLICAS="2")
    servers = [line.strip() for line in lines.split(";") if "server " in line]
    assert servers == [
        "server mnist-draw-page-1:8501 resolve",
        "server mnist-draw-page-2:8501 resolve",
    ]


def test_nginx_accepts_its_configuration(tmp_path):
    run(*nginx(tmp_path, "127.0.0.1:8080", "server 127.0.0.1:8501;", "-t"))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.name)
def test_a_cluster_accepts_the_manifests(manifest):
    for resource in yaml.safe_load_all(manifest.read_text()):
        kubernetes_validate.validate(resource, KUBERNETES, strict=True)


def test_the_manifests_fit_together():
    cluster = resources()
    pod = cluster["Deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for selector in (
        cluster["Deployment"]["spec"]["selector"]["matchLabels"],
        cluster["Service"]["spec"]["selector"],
        cluster["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector == labels
    [container] = pod["spec"]["containers"]
    [variable] = container["env"]
    reference = variable["valueFrom"]["secretKeyRef"]
    assert reference["name"] == cluster["Secret"]["metadata"]["name"]
    assert reference["key"] in cluster["Secret"]["stringData"]
    scaled = cluster["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert scaled["name"] == cluster["Deployment"]["metadata"]["name"]
    [path] = cluster["Ingress"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"]["name"] == cluster["Service"]["metadata"]["name"]


def test_no_password_is_committed():
    url = resources()["Secret"]["stringData"]["database-url"]
    assert url == "postgresql+psycopg://user:password@host/database"


def test_the_workflow_is_one():
    workflow = ".github/workflows/ci.yml"
    run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_the_development_container_installs_what_the_tests_need():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["forwardPorts"] == [8501]
    for command in (container["onCreateCommand"], (ROOT / ".ci" / "run").read_text()):
        assert "$(.ci/packages)" in command
