#!/usr/bin/env bash
# A real S3 server of another make for tests on this machine: Ceph's radosgw over one monitor and one storage daemon
# that keeps everything in memory. Prints "listening on PORT" once it answers and ends, removing everything, when its
# standard input is closed, so that it cannot outlive the tests that started it.
#
#   usage: radosgw.sh FOLDER PORT ACCESS_KEY SECRET_KEY BUCKET...
#
# FOLDER must not exist yet. PORT and the two ports that follow must be free. Needs the Debian packages radosgw,
# ceph-mon, ceph-osd and ceph-base, and no root.
set -euo pipefail
[ $# -ge 4 ] || {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}
folder=$1 port=$2 access=$3 secret=$4
shift 4
mkdir "$folder"
folder=$(cd "$folder" && pwd)
mkdir "$folder"/{mon,osd,run,log}
started=()

stop() {
    local process
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    sleep 0.5
    for process in "${started[@]}"; do kill -9 "$process" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap stop EXIT

# What the daemons gather for their logs of debugging takes a fifth of their processor time, and nobody reads it.
no_debug_logs() {
    printf 'debug %s = 0/0\n' none context auth ms objecter rados rgw monc mon paxos objclass tp osd memstore heartbeatmap \
        optracker perfcounter
}

cluster=$(cat /proc/sys/kernel/random/uuid)
export CEPH_CONF=$folder/ceph.conf
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
ms bind ipv6 = false
keyring = $folder/keyring
run dir = $folder/run
admin socket =
log file = $folder/log/\$name.log
pid file = $folder/run/\$name.pid
crash dir = $folder/run
auth allow insecure global id reclaim = false
$(no_debug_logs)
mon data = $folder/mon
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.02
paxos min wait = 0.01
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 8589934592
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw dns name = localhost
rgw thread pool size = 64
rgw enable usage log = false
CONF
{
    ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
    ceph-authtool "$folder/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
    ceph-authtool "$folder/keyring" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx'
    monmaptool --create --fsid "$cluster" --addv a "[v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]" \
        "$folder/monmap"
    ceph-mon --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring"
} >"$folder/log/setup" 2>&1

begin() { # starts a daemon in the foreground of a job of ours
    "$@" -f >>"$folder/log/daemons" 2>&1 </dev/null &
    started=($! "${started[@]}")
}

wait_until() { # up to a minute
    local attempt
    for ((attempt = 0; attempt < 300; attempt++)); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    echo "radosgw.sh: gave up waiting for: $*" >&2
    tail -n 20 "$folder"/log/* >&2
    exit 1
}
osd_is_up() { ceph osd stat | grep -q '1 up'; }

begin ceph-mon -i a
wait_until ceph --connect-timeout 5 osd create "$cluster" 0
ceph-osd --mkfs -i 0 --osd-uuid "$cluster" >>"$folder/log/setup" 2>&1
begin ceph-osd -i 0
wait_until osd_is_up
begin radosgw -n client.rgw
wait_until curl --silent --output /dev/null "http://127.0.0.1:$port/"
radosgw-admin -n client.rgw user create --uid=test --display-name=test --access-key="$access" --secret-key="$secret" \
    >>"$folder/log/setup" 2>&1
for bucket in "$@"; do
    date=$(date -u +'%a, %d %b %Y %H:%M:%S GMT')
    signature=$(printf 'PUT\n\n\n%s\n/%s' "$date" "$bucket" | openssl dgst -sha1 -hmac "$secret" -binary | base64)
    curl --silent --show-error --fail --request PUT --header "Date: $date" \
        --header "Authorization: AWS $access:$signature" "http://127.0.0.1:$port/$bucket"
done
echo "listening on $port"
cat >/dev/null
