"""One thread for each computation, as in the server: many small curves."""

from losslib.backend import serve_many

serve_many()
