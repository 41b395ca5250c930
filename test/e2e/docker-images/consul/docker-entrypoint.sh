#!/bin/sh
# A container of Consul before it becomes the agent.
set -e
data=${CONSUL_DATA_DIR:-/consul/data}
config=${CONSUL_CONFIG_DIR:-/consul/config}

if [ -n "$CONSUL_LOCAL_CONFIG" ]; then
  echo "$CONSUL_LOCAL_CONFIG" >"$config/local.json"
fi

case "$1" in
agent)
  shift
  set -- consul agent -data-dir="$data" -config-dir="$config" "$@"
  ;;
-* | members | operator | version) set -- consul "$@" ;;
esac

# The official image changes owner and user whoever runs it, unless it is told not to: only root can.
if [ "$1" = consul ] && [ -z "${CONSUL_DISABLE_PERM_MGMT+set}" ]; then
  chown consul:consul "$data" "$config"
  shift
  exec start-stop-daemon -S -c consul:consul -x /bin/consul -- "$@"
fi
exec "$@"
