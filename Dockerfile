# Built once, run as web, worker and beat: docker-compose.yml gives each its command.
# The digest names what is built on, not whatever bears the name that day: docs/operations.md, chapter 6, says how to move on.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY script/locks/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_DEBUG=false
RUN useradd --system --uid 10001 --create-home --home-dir /home/mikiwame mikiwame
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The names of static files are made here; the secrets of this one command open nothing and are not kept.
RUN DJANGO_SECRET_KEY=the-key-of-the-build-alone-abcdefghijklmnopqrstuvwxyz CREDENTIAL_KEYS=Zm9yLXRoZS1idWlsZC1hbG9uZS0tLS0tLS0tLS0tLS0= DJANGO_ALLOWED_HOSTS=build SITE_URL=https://build \
    DATABASE_URL=sqlite://:memory: CELERY_BROKER_URL=memory:// \
    python manage.py collectstatic --no-input
RUN python -m mikiwame_kaonavi.sbom sbom.cdx.json && python -m compileall -q .
USER mikiwame
EXPOSE 8000
# For the web server; docker-compose.yml has those of worker and beat. Nothing is written but to /tmp and /dev/shm.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "manage.py", "health", "--of=web"]
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--workers=2", "--threads=16", "--graceful-timeout=5", "--worker-tmp-dir=/dev/shm", "--no-control-socket", \
     "--worker-class=mikiwame_kaonavi.gunicorn_worker.PunctualWorker", "--logger-class=mikiwame_kaonavi.gunicorn_log.GunicornLogger", "mikiwame_kaonavi.wsgi"]
