"""Exit 0 if the server in this container is well.

The body is compared, for Streamlit answers an unknown path with its front page and status 200.
"""

import os
import sys
import urllib.request

port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
address = "/".join(filter(None, (f"http://127.0.0.1:{port}", base, "_stcore/health")))

try:
    with urllib.request.urlopen(address, timeout=4) as answer:
        body = answer.read(64)
except OSError as error:
    sys.exit(f"{address}: {error}")
sys.exit(None if body == b"ok" else f"{address} did not answer ok")
