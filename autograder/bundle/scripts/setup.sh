#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of the assignment.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"
venv="$root/venv"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap ca-certificates python3 python3-pip python3-venv

if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python3 -m venv "$venv"
else
    # Ubuntu 22.04 has Python 3.10; uv brings a newer one.
    python3 -m pip install uv
    python3 -m uv venv --seed --python PYTHON_VERSION "$venv"
fi
"$venv/bin/python" -m pip install --no-cache-dir --requirement "$source/requirements.txt"

packages="$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
cp -R "$source/autograder" "$packages/"
"$venv/bin/python" -P -m compileall -q "$packages/autograder"

# For whoever reads the build's log: can notebooks be jailed here?
"$venv/bin/python" -P -c 'from autograder.cli import main; main()' doctor || true
