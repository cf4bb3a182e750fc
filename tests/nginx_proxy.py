"""nginx on loopback, with the configuration that deploy/compose.yaml hands to its proxy."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from driving.server import ROOT, find_free_port, wait_for
from tests.installed_programs import give_up

TEMPLATE = ROOT / "deploy" / "proxy" / "nginx.conf.template"


def find_nginx():
    """Return the path of an installed nginx; skip, or fail if CI demands one."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        give_up("no nginx here: apt-get install nginx-light")
    return found


def render(listen, servers):
    """Fill in the template as the image's entrypoint does; return the configuration."""
    values = {"PROXY_PORT": listen, "PROXY_SERVERS": servers}
    return re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], TEMPLATE.read_text())


def nginx(folder, listen, servers, *options):
    """Return the command that runs nginx with the template, filled in, in a folder."""
    (folder / "nginx.conf").write_text(render(listen, servers))
    return [find_nginx(), "-p", f"{folder}/", "-c", f"{folder}/nginx.conf", *options]


@contextmanager
def proxy(folder, servers):
    """Run nginx in front of servers, `host:port` each; yield its address and its log."""
    listen = f"127.0.0.1:{find_free_port()}"
    lines = " ".join(f"server {server};" for server in servers)
    command = nginx(folder, listen, lines, "-g", "daemon off;")
    log = folder / "log"
    with log.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            wait_for(process, f"http://{listen}/_stcore/health")
            yield f"http://{listen}", log
        finally:
            process.terminate()
