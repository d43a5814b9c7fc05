#!/usr/bin/env bash
# Proves that the README's commands work on a Debian 12 that has nothing but a Swift toolchain.
#
# Makes a minimal Debian in FOLDER (debootstrap, variant minbase), binds the toolchain into it, clones the
# committed state of this repository there, installs what it takes to clone and call make (git, make), then
# runs each make target and reports how long it took. Needs root and debootstrap. Mounts live in a namespace
# of their own and are gone when the script ends, however it ends.
#
#   usage: prove-bare-machine.sh [options] FOLDER
#
#   --targets "TARGETS"      make targets to run, in order; default "demo test"
#   --toolchain DIR          the folder that holds usr/bin/swift; default: where `swift` is
#   --mirror URL             Debian mirror for debootstrap
#   --user NAME              run make as an ordinary user of that name, after installing as root the packages
#                            that the first attempt asks an administrator for
#   --copy-config SRC[:DST]  copy a file of this machine into the new one (may be repeated): package manager
#                            or Git settings that this network needs
#   --bind DIR[:DST]         show a folder of this machine in the new one, read-only (may be repeated)
#   --env NAME[=VALUE]       set a variable for make (may be repeated); without a value, this machine's
#   --keep                   leave FOLDER in place at the end
set -euo pipefail

say() { printf 'bare: %s\n' "$*"; }
fail() {
    printf 'bare: error: %s\n' "$*" >&2
    exit 1
}

targets='demo test'
toolchain=
mirror=
user=
copies=()
binds=()
variables=()
keep=false
folder=
original=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --targets | --toolchain | --mirror | --user | --copy-config | --bind | --env)
            [ $# -ge 2 ] || fail "$1 needs a value"
            case $1 in
                --targets) targets=$2 ;;
                --toolchain) toolchain=$2 ;;
                --mirror) mirror=$2 ;;
                --user) user=$2 ;;
                --copy-config) copies+=("$2") ;;
                --bind) binds+=("$2") ;;
                --env) case $2 in *=*) variables+=("$2") ;; *) variables+=("$2=${!2-}") ;; esac ;;
            esac
            shift
            ;;
        --keep) keep=true ;;
        -h | --help)
            sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
            exit 0
            ;;
        -*) fail "unknown option $1; --help lists them" ;;
        *) folder=$1 ;;
    esac
    shift
done
[ -n "$folder" ] || fail "name a folder for the new machine; --help explains"
[ "$(id -u)" = 0 ] || fail "chroot and debootstrap need root"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
if [ -z "$toolchain" ]; then
    command -v swift >/dev/null || fail "no swift on PATH: name the toolchain with --toolchain"
    toolchain=$(dirname "$(dirname "$(dirname "$(realpath "$(command -v swift)")")")")
fi
[ -x "$toolchain/usr/bin/swift" ] || fail "$toolchain holds no usr/bin/swift"

# The whole run happens in a mount namespace, so that nothing stays mounted and FOLDER can be removed safely.
if [ "${INSIGHTFLOW_BARE_NAMESPACE:-}" != 1 ]; then
    INSIGHTFLOW_BARE_NAMESPACE=1 exec unshare --mount --propagation private -- "$0" "${original[@]}"
fi

if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then fail "$folder is not empty"; fi
mkdir -p "$folder"
folder=$(realpath "$folder")
repository=$(realpath "$(dirname "$0")/..")
checkout=/srv/insightflow

finish() {
    local status=$?
    trap - EXIT
    # Leaving the namespace would unmount these as well; removal must not wait for that.
    local point
    while read -r point; do umount --lazy "$point"; done \
        < <(awk -v prefix="$folder/" 'index($2, prefix) == 1 { print $2 }' /proc/mounts | sort -r)
    if awk -v prefix="$folder/" 'index($2, prefix) == 1 { found = 1 } END { exit !found }' /proc/mounts; then
        say "something is still mounted under $folder; it is left in place"
    elif ! $keep; then
        rm -rf --one-file-system "$folder"
    fi
    exit "$status"
}
trap finish EXIT

timed() { # label, command: prints the seconds the command took; its output goes to the log
    local label=$1 start=$SECONDS status=0
    shift
    say "$label ..."
    "$@" </dev/null || status=$?
    if [ $status = 0 ]; then
        report+=("$(printf '%6d s   %s' $((SECONDS - start)) "$label")")
    else
        report+=("$(printf '%6d s   %s (failed with status %d)' $((SECONDS - start)) "$label" "$status")")
    fi
    return "$status"
}
report=()

inside() { # runs a command in the new machine with a fresh environment
    local who=$1
    shift
    local where=/root
    [ "$who" = root ] || where=/home/$who
    chroot --userspec="$who" "$folder" /usr/bin/env -i HOME="$where" USER="$who" LANG=C.UTF-8 TERM=dumb \
        PATH="$toolchain/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        ${variables[@]+"${variables[@]}"} "$@"
}

bind() { # source, destination inside, options
    mkdir -p "$folder$2"
    mount --bind "$1" "$folder$2"
    mount -o "remount,bind,$3" "$folder$2"
}

debootstrap_quietly() {
    debootstrap --variant=minbase bookworm "$folder" ${mirror:+"$mirror"} >"$folder.log" 2>&1 ||
        { tail -n 20 "$folder.log" >&2 && return 1; }
    rm -f "$folder.log"
}
timed "base system" debootstrap_quietly

mount -t proc proc "$folder/proc"
mount -t tmpfs -o size=64m tmpfs "$folder/dev"
for device in null zero full random urandom tty; do
    : >"$folder/dev/$device"
    mount --bind "/dev/$device" "$folder/dev/$device"
done
ln -s /proc/self/fd "$folder/dev/fd"
mkdir "$folder/dev/shm"
mount -t tmpfs tmpfs "$folder/dev/shm"
bind "$toolchain" "$toolchain" ro
for pair in ${binds[@]+"${binds[@]}"}; do bind "${pair%%:*}" "${pair#*:}" ro; done
for pair in ${copies[@]+"${copies[@]}"}; do
    mkdir -p "$(dirname "$folder${pair#*:}")"
    cp -L "${pair%%:*}" "$folder${pair#*:}"
done
for file in /etc/resolv.conf /etc/hosts; do cp -L "$file" "$folder$file"; done

install_to_begin() {
    inside root apt-get update --quiet && inside root apt-get install --yes --quiet --no-install-recommends git make
}
timed "git and make" install_to_begin >"$folder/begin.log" 2>&1 || { tail -n 20 "$folder/begin.log" >&2 && exit 1; }

who=root
git clone --quiet --no-local "$repository" "$folder$checkout"
say "commit $(git -C "$folder$checkout" log -1 --format='%h %s')"
if [ -n "$user" ]; then
    who=$user
    inside root useradd --create-home --shell /bin/bash "$user"
    inside root chown -R "$user:" "$checkout"
    say "what an ordinary user is told on a bare machine:"
    ask=$folder/ask.log
    if inside "$who" make -C "$checkout" setup-test >"$ask" 2>&1; then fail "set-up without root needed nothing?"; fi
    cat "$ask"
    command=$(sed -n 's/^ *\(apt-get install .*\)/\1/p' "$ask")
    [ -n "$command" ] || fail "the message names no apt-get command"
    # shellcheck disable=SC2086
    timed "packages by an administrator" inside root $command >"$folder/admin.log" 2>&1
fi

status=0
for target in $targets; do
    timed "make $target" inside "$who" make -C "$checkout" "$target" || { status=1 && break; }
done

say "times:"
printf '%s\n' "${report[@]}"
exit $status
