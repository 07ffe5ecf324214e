# Lossary in one image: docker build -t lossary . && docker run -p 8501:8501 lossary
FROM python:3.11-slim-bookworm AS build

# A package index with torch's CPU-only wheels makes the image several gigabytes smaller; empty is pip's own default.
ARG TORCH_INDEX_URL=""

COPY requirements.txt /
RUN python3 -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} -r /requirements.txt


FROM python:3.11-slim-bookworm

# Nothing is written at run time but to /tmp, so a read-only file system will do.
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

COPY --from=build /venv /venv
WORKDIR /app
COPY . .
RUN python -m compileall -q . \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lossary

USER 10001
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
