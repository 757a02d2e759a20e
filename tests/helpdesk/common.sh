# What `up` and `down` share: where things lie, which ports are used, how a process is ended.
# Everything lies in one folder below `target`; nothing of the machine's own configuration is changed.

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
D="${HELPDESK_DIR:-${CARGO_TARGET_DIR:-$root/target}/helpdesk}"
mkdir -p "$D"
D="$(cd "$D" && pwd)"

# One number moves them all, so that two checkouts can run side by side.
base="${HELPDESK_PORT:-18000}"
rt_port=$((base + 80))
smtp_port=$((base + 25))
imap_port=$((base + 143))
imaps_port=$((base + 993))
lmtp_port=$((base + 24))

say() { printf 'helpdesk: %s\n' "$*"; }

# Whether something listens there.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Waits until a port answers (or no longer does): port, `up` or `down`, tenths of a second.
wait_port() {
  local tries="$3"
  while [ "$tries" -gt 0 ]; do
    if listens "$1"; then [ "$2" = down ] || return 0; else [ "$2" = up ] || return 0; fi
    sleep 0.1
    tries=$((tries - 1))
  done
  return 1
}

# Whether the process of this file runs.
runs() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# Ends the process of this file and its group, and waits for it.
end() {
  runs "$1" || { rm -f "$1"; return 0; }
  local pid
  pid="$(cat "$1")"
  kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
  for _ in $(seq 1 50); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$1"
}
