#!/bin/sh
# Serve Lossary on http://localhost:$PORT (8501), installing what it needs first.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

port=${PORT:-8501}
case $port in
'' | *[!0-9]* | ??????*) die "PORT must be a number between 1 and 65535, got '$port'." ;;
esac
[ "$port" -ge 1 ] && [ "$port" -le 65535 ] || die "PORT must be a number between 1 and 65535, got '$port'."

find_python
why=$("$python" - "$port" <<'PY'
import errno, socket, sys

port = int(sys.argv[1])
families = [socket.AF_INET, *([socket.AF_INET6] if socket.has_dualstack_ipv6() else [])]
for family in families:
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            door.bind(("", port))
            door.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE or family == socket.AF_INET:  # without IPv6, IPv4 is enough
                print("taken" if error.errno == errno.EADDRINUSE else error.strerror.lower())
                break
PY
)
case $why in
'') ;;
taken) die "port $port is taken; stop what serves there, or choose another: make run PORT=$((port % 65535 + 1))" ;;
*) die "port $port cannot be opened ($why); choose another: make run PORT=8501" ;;
esac

scripts/setup.sh requirements.txt

# Say where it is once it answers; the server takes this shell's place, so that Ctrl-C and SIGTERM reach it.
"$venv/bin/python" - "$port" $$ <<'PY' &
import os, sys, time, urllib.request

port, server = sys.argv[1], int(sys.argv[2])
while True:
    time.sleep(0.2)
    try:
        os.kill(server, 0)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            if answer.read() == b"ok":
                print(f"Lossary is at http://localhost:{port} (Ctrl-C stops it)", flush=True)
                break
    except ProcessLookupError:
        break
    except OSError:
        continue
PY
exec "$venv/bin/python" -m streamlit run app.py --server.port "$port"
