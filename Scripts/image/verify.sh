#!/usr/bin/env bash
# Runs the steps of the Dockerfile without a container engine: gathers the image's folder from this machine's build, makes
# a plain Debian 12 in FOLDER (debootstrap, variant minbase), installs there, and runs a stage by the image's entry
# point. Needs root and debootstrap. FOLDER is removed at the end.
#
#   usage: verify.sh [options] FOLDER
#
#   --tool PROGRAM           a built program, instead of building one
#   --mirror URL             Debian mirror for debootstrap
#   --copy-config SRC[:DST]  copy a file of this machine into the new one (may be repeated): package manager settings
#                            that this network needs
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    printf 'verify: error: %s\n' "$*" >&2
    exit 1
}

# Mounts live in a namespace of their own and are gone when the script ends, however it ends.
if [ -z "${INSIGHTFLOW_VERIFY_UNSHARED:-}" ]; then
    INSIGHTFLOW_VERIFY_UNSHARED=1 exec unshare --mount --propagation private "$0" "$@"
fi

tool=
mirror=
folder=
configs=()
while [ $# -gt 0 ]; do
    case $1 in
        --tool | --mirror | --copy-config)
            [ $# -ge 2 ] || fail "$1 needs a value"
            case $1 in --tool) tool=$2 ;; --mirror) mirror=$2 ;; --copy-config) configs+=("$2") ;; esac
            shift
            ;;
        -h | --help | -*)
            sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
            exit 64
            ;;
        *) folder=$1 ;;
    esac
    shift
done
[ -n "$folder" ] && [ ! -e "$folder" ] || fail "name a folder that is not there yet"

mkdir -p "$folder"
trap 'umount -q "$folder/machine/proc" || true; rm -rf --one-file-system "$folder"' EXIT
INSIGHTFLOW_TOOL=$tool Scripts/image/build.sh "$folder/image"
debootstrap --variant=minbase bookworm "$folder/machine" ${mirror:+"$mirror"}
for config in ${configs[@]+"${configs[@]}"}; do
    target=$folder/machine/${config#*:}
    mkdir -p "$(dirname "$target")"
    cp "${config%%:*}" "$target"
done
mkdir -p "$folder/machine/opt"
cp -a "$folder/image" "$folder/machine/opt/insightflow"

mount -t proc proc "$folder/machine/proc"

inside() { # a command in the new machine, with no more of this one's environment than it needs
    chroot "$folder/machine" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root "$@"
}
inside /opt/insightflow/install.sh
if inside sh -c 'command -v swift || command -v g++ || command -v make'; then
    fail "the image holds what only building needs"
fi
inside insightflow-job synth --users 200 --items 100 --output /tmp/shop --progress none
inside env TMPDIR=/opt/ml/processing/tmp insightflow-job impute --input /tmp/shop --root /tmp/store --progress json
inside test -d /opt/ml/processing/tmp
if inside insightflow-job impute --input /nowhere --root /tmp/store --progress json; then
    fail "a stage without input ended well"
fi
inside grep -q not-found /opt/ml/output/message
echo "verify: the image's steps work; $(du -sm --exclude=proc "$folder/machine" | cut -f 1) MB"
