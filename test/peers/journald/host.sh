#!/bin/sh
# Runs a command on a host of its own for journald: a private mount namespace in which /run, /var/log and /etc/systemd lie below DIR,
# so that a daemon at its usual paths touches nothing of the machine.
#
#   host.sh DIR QUEUE COMMAND [ARG...]
#
# QUEUE is the number of entries that wait for journald before a sender is told to wait, net.unix.max_dgram_qlen: 512 where systemd is the
# first process, 10 elsewhere. It belongs to the network namespace, so that there is a private one of it too.
# Needs root, or else a kernel with unprivileged user namespaces.
set -eu
if [ "${HOLDFAST_HOST_ENTERED:-}" != 1 ]; then
  namespaces=-mn
  [ "$(id -u)" = 0 ] || namespaces=-Urmn
  HOLDFAST_HOST_ENTERED=1 exec unshare $namespaces --propagation private sh "$0" "$@"
fi
unset HOLDFAST_HOST_ENTERED
DIR=$1
QUEUE=$2
shift 2
mkdir -p "$DIR/log/journal" "$DIR/etc"
printf '%s\n' '[Journal]' Storage=persistent SystemMaxUse=1G ForwardToSyslog=no ReadKMsg=no Audit=no \
  RateLimitIntervalSec=0 RateLimitBurst=0 >"$DIR/etc/journald.conf"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/journal
touch /run/systemd/journal/flushed # else journald stays on /run/log and DIR/log remains empty
mount --bind "$DIR/log" /var/log
mount --bind "$DIR/etc" /etc/systemd
if [ -e /etc/machine-id ] && [ ! -s /etc/machine-id ]; then
  printf '%s\n' 0123456789abcdef0123456789abcdef >"$DIR/machine-id"
  mount --bind "$DIR/machine-id" /etc/machine-id
fi
echo "$QUEUE" >/proc/sys/net/unix/max_dgram_qlen
exec "$@"
