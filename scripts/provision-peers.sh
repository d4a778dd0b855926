#!/bin/sh
# Installs the tools and the real systems that some tests need; the list below says what for.
# Silent when they are there. Needs root and apt-get for anything else; otherwise says what is missing and ends with 1.
# HOLDFAST_PROVISION_PEERS=0 looks, but installs nothing; HOLDFAST_REQUIRE_PEERS=1 tries harder.
set -u

missing=
packages=
# program:Debian package. In this order: faults of the disk; midnight and DST; PID 1 and mounts; rotation from outside; journald; four that
# compile its npm binding; the Windows build of Node; pages of dumps; two readers of JSON lines; three for Graylog
tools='
strace:strace
faketime:faketime
unshare:util-linux
logrotate:logrotate
journalctl:systemd
pkg-config:pkg-config
g++:g++
make:make
python3:python3
wine:wine
chromium:chromium
jq:jq
lnav:lnav
go:golang-go
tshark:tshark
openssl:openssl
'
for pair in $tools; do
  if ! command -v "${pair%%:*}" >/dev/null 2>&1; then
    missing="$missing ${pair%%:*}"
    packages="$packages ${pair##*:}"
  fi
done
if ! pkg-config --exists libsystemd 2>/dev/null; then
  missing="$missing libsystemd"
  packages="$packages libsystemd-dev"
fi
if [ ! -d /usr/share/gocode/src/github.com/Graylog2/go-gelf ]; then
  missing="$missing go-gelf"
  packages="$packages golang-github-graylog2-go-gelf-dev"
fi
[ -z "$missing" ] && exit 0

give_up() {
  echo "missing:$missing ($1); tests that need them are skipped"
  exit 1
}

[ "${HOLDFAST_PROVISION_PEERS:-1}" = 1 ] || give_up 'HOLDFAST_PROVISION_PEERS is 0'
command -v apt-get >/dev/null 2>&1 || give_up 'no apt-get here'
[ "$(id -u)" = 0 ] || give_up 'not root'

export DEBIAN_FRONTEND=noninteractive
options='-q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=20'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
pauses=0
[ "${HOLDFAST_REQUIRE_PEERS:-0}" = 1 ] && pauses='2 5 0'
for pause in $pauses; do
  # shellcheck disable=SC2086 # lists of words
  if apt-get $options update >"$log" 2>&1 && apt-get $options -y install --no-install-recommends $packages >>"$log" 2>&1; then
    echo "installed$missing with apt-get"
    exit 0
  fi
  sleep "$pause"
done
cat "$log"
give_up 'apt-get failed'
