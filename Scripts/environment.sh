# shellcheck shell=bash
# The environment that building and testing this package needs. Source it; it does nothing when run.
#
#   PREFIX                    where the native libraries live: /usr/local for root, a folder of your own otherwise
#   PKG_CONFIG_PATH, LD_LIBRARY_PATH
#                             from PREFIX/env.sh, written by setup-arrow.sh for every prefix but /usr/local
#   INSIGHTFLOW_CACHE         where setup.sh --test keeps its Python environment
#   INSIGHTFLOW_TEST_PYTHON   that environment's interpreter, once it is complete; tests that need it skip without it
#   INSIGHTFLOW_S3_PYTHON     the same of the environment for the tests of S3
#   INSIGHTFLOW_SIGV4_SUITE   AWS's test suite of signatures, fetched into that environment

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
insightflow_s3_requirements=$insightflow_root/Scripts/s3/requirements.txt
insightflow_s3_venv=$INSIGHTFLOW_CACHE/test-s3-$(cksum <"$insightflow_s3_requirements" | cut -d ' ' -f 1)
if [ -z "${INSIGHTFLOW_S3_PYTHON:-}" ] && [ -f "$insightflow_s3_venv/complete" ]; then
    export INSIGHTFLOW_S3_PYTHON=$insightflow_s3_venv/bin/python
    export INSIGHTFLOW_SIGV4_SUITE=$insightflow_s3_venv/aws4_testsuite
fi
