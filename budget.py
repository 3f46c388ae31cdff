"""`python -m budget`: starts Budget in the foreground, as `run_budget.sh` does.

This process becomes the service, so signals, the exit status and the process id are the service's.
Until the service has the port, a helper answers there that it is starting.
"""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tools"))

import starting  # noqa: E402 (it stands among the tools of this directory, wherever that is)

SCRIPT = ROOT / "run_budget.sh"

# Where run_budget.sh tells the helper how far it is. Open as long as there is anything to wait for.
PROGRESS = 9


def port_of(environment):
    """The port that the environment asks for; 0 for one that makes no sense, which Java will say.

    Tekton's launcher names the port by the component's name, which may be Penia.
    """
    text = (environment.get("BUDGET_PORT") or environment.get("PENIA_PORT") or "8013").strip()
    return int(text) if text.isascii() and text.isdigit() and int(text) < 65536 else 0


def main():
    if len(sys.argv) > 1:
        sys.exit("usage: python -m budget (no arguments; the settings are environment variables)")
    environment = dict(os.environ)
    if environment.get("PENIA_PORT") and not environment.get("BUDGET_PORT"):
        environment["BUDGET_PORT"] = environment["PENIA_PORT"]
    environment.pop(starting.TOKEN, None)
    port = port_of(environment)
    # Over TLS nobody would understand what answers while this is built.
    if port and not environment.get("BUDGET_TLS_CERTIFICATE_FILE"):
        try:
            sockets = starting.listen(port)
        except OSError:
            sys.exit(f"port {port} is in use; stop the program that listens there,"
                     " or set BUDGET_PORT to another port")
        environment[starting.TOKEN] = secrets.token_hex(16)
        progress = starting.fork(sockets, port, environment)
        os.dup2(progress, PROGRESS, inheritable=True)
        os.close(progress)
    os.execve("/usr/bin/env", ["/usr/bin/env", "bash", str(SCRIPT)], environment)


if __name__ == "__main__":
    main()
