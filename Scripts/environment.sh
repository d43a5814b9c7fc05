# shellcheck shell=bash
# The environment that building and testing this package needs. Source it; it does nothing when run.
#
#   PREFIX                    where the native libraries live: /usr/local for root, a folder of your own otherwise
#   PKG_CONFIG_PATH, LD_LIBRARY_PATH
#                             from PREFIX/env.sh, written by setup-arrow.sh for every prefix but /usr/local
#   INSIGHTFLOW_CACHE         where setup.sh --test keeps its Python environment
#   INSIGHTFLOW_TEST_PYTHON   that environment's interpreter, once it is complete; tests that need it skip without it

insightflow_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ -z "${PREFIX:-}" ]; then
    if [ "$(id -u)" = 0 ]; then PREFIX=/usr/local; else PREFIX=$HOME/.local/insightflow; fi
fi
export PREFIX
if [ "$PREFIX" != /usr/local ] && [ -f "$PREFIX/env.sh" ]; then
    # shellcheck disable=SC1091
    . "$PREFIX/env.sh"
fi

INSIGHTFLOW_CACHE=${INSIGHTFLOW_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/insightflow}
# One environment per set of pins, shared by all clones on the machine.
insightflow_requirements=$insightflow_root/Scripts/test-requirements.txt
insightflow_venv=$INSIGHTFLOW_CACHE/test-python-$(cksum <"$insightflow_requirements" | cut -d ' ' -f 1)
if [ -z "${INSIGHTFLOW_TEST_PYTHON:-}" ] && [ -f "$insightflow_venv/complete" ]; then
    export INSIGHTFLOW_TEST_PYTHON=$insightflow_venv/bin/python
fi
