#!/bin/sh
# A container of Vault or OpenBao before it becomes the server: $PROGRAM run by $OWNER, who owns the folder of that name.
set -e
ulimit -c 0

if [ -n "$VAULT_LOCAL_CONFIG$BAO_LOCAL_CONFIG" ]; then
  echo "$VAULT_LOCAL_CONFIG$BAO_LOCAL_CONFIG" >"/$OWNER/config/local.json"
fi

case "$1" in
server)
  shift
  set -- "$PROGRAM" server -config="/$OWNER/config" "$@"
  ;;
-* | agent | operator | proxy | status | version) set -- "$PROGRAM" "$@" ;;
esac

if [ "$1" = "$PROGRAM" ]; then
  if [ -z "$SKIP_CHOWN" ]; then
    for folder in config logs file; do
      if [ "$(stat -c %u "/$OWNER/$folder")" != "$(id -u "$OWNER")" ]; then
        chown -R "$OWNER:$OWNER" "/$OWNER/$folder" || [ "$folder" = config ]
      fi
    done
  fi
  # The official image runs setcap, which needs root with its capabilities, and ends where that fails.
  if [ -z "$SKIP_SETCAP" ] && ! chown "$(id -u)" "$(command -v "$PROGRAM")"; then
    echo "setcap would fail: set SKIP_SETCAP" >&2
    exit 1
  fi
  if [ "$(id -u)" = 0 ]; then
    shift
    exec start-stop-daemon -S -c "$OWNER:$OWNER" -x "$(command -v "$PROGRAM")" -- "$@"
  fi
fi
exec "$@"
