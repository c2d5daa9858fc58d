# Two images: `--target app` serves the pages and the HTTP API, `--target api` the HTTP API alone.
#   docker build --target app --build-arg BASE=docker.io/library/python:3.13-slim@sha256:... .
# The image workflow fills in the digest of BASE and records it. Any glibc system with Python 3.11 or newer and pip does.
ARG BASE=docker.io/library/python:3.13-slim

# What both are made of. Nothing of this stage is shipped but what a later one copies.
FROM ${BASE} AS wheels
WORKDIR /build
# Streamlit takes a folder of any other name than `site-packages` for its own workshop, and then starts differently.
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1

FROM wheels AS made-api
COPY requirements-api.lock requirements.lock
RUN python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes -r requirements.lock -d wheels && \
    python3 -m pip install --quiet --no-deps --no-index --no-compile --target /srv/site-packages wheels/*
COPY kadr /srv/kadr/kadr
COPY app/__init__.py /srv/kadr/app/__init__.py
COPY app/api /srv/kadr/app/api
COPY tools/__init__.py tools/
COPY tools/image/__init__.py tools/image/elf.py tools/image/trim.py tools/image/sbom.py tools/image/compiled.py tools/image/
RUN python3 -m tools.image.trim --site /srv/site-packages --wheels wheels --out /srv/about && \
    python3 -m tools.image.sbom --site /srv/site-packages --out /srv/about && \
    python3 -m tools.image.compiled --site /srv/site-packages --code /srv/kadr --out /srv/compiled app.api.alone

FROM wheels AS made-app
COPY requirements-serve.lock requirements.lock
RUN python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes -r requirements.lock -d wheels && \
    python3 -m pip install --quiet --no-deps --no-index --no-compile --target /srv/site-packages wheels/*
COPY kadr /srv/kadr/kadr
COPY app /srv/kadr/app
COPY tools/__init__.py tools/
COPY tools/image/__init__.py tools/image/elf.py tools/image/trim.py tools/image/sbom.py tools/image/compiled.py tools/image/
RUN python3 -m tools.image.trim --site /srv/site-packages --wheels wheels --out /srv/about && \
    python3 -m tools.image.sbom --site /srv/site-packages --out /srv/about && \
    python3 -m tools.image.compiled --site /srv/site-packages --code /srv/kadr --out /srv/compiled app.main streamlit.web.cli

# What both run as. Nothing is written but below /tmp and /cache: the root file system may be read-only.
FROM ${BASE} AS served
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
ARG BASE
LABEL org.opencontainers.image.title="Kadr" \
      org.opencontainers.image.description="Semantic film search and recommendation" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${BASE}"
# /cache belongs to the user that runs, and so does a volume that Docker makes there.
RUN mkdir -p /cache /bundles && chown 1000:1000 /cache
ENV PYTHONPATH=/srv/kadr:/srv/site-packages \
    PYTHONPYCACHEPREFIX=/srv/compiled \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    XDG_CACHE_HOME=/cache \
    HF_HOME=/cache/huggingface \
    HF_HUB_DISABLE_TELEMETRY=1 \
    KADR_BUNDLE=/bundles
WORKDIR /srv/kadr
USER 1000:1000
VOLUME ["/cache"]
EXPOSE 8501
# Not by urllib, which would ask a proxy that the environment names for this machine itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8501, timeout=4); c.request('GET', '/api/v1/health'); raise SystemExit(c.getresponse().status != 200)"]

FROM served AS api
COPY --from=made-api /srv /srv
CMD ["python3", "-m", "uvicorn", "app.api.alone:api", "--host", "0.0.0.0", "--port", "8501", "--log-level", "warning"]

FROM served AS app
COPY --from=made-app /srv /srv
# Streamlit's greeting would ask another host for this machine's address, and no file of an image changes.
ENV STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
CMD ["python3", "-m", "streamlit", "run", "app/main.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
