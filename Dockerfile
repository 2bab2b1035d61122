# Two images, built once each. `docker build .` makes that of the services (web, worker, beat: docker-compose.yml gives
# each its command); `docker build --target single .` one container that has all in one volume:
#   docker run -d --init --name mikiwame -p 8000:8000 -v mikiwame:/data mikiwame-kaonavi:single
# The digest names what is built on, not whatever bears the name that day: docs/operations.md, chapter 6, says how to move on.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY script/locks/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r /tmp/runtime.txt

FROM packages AS more_packages
COPY script/locks/embedded.txt /tmp/embedded.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/embedded.txt

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS product
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WEB_CONCURRENCY=2
RUN useradd --system --uid 10001 --create-home --home-dir /home/mikiwame mikiwame
WORKDIR /app
COPY . .
RUN python -m compileall -q .
EXPOSE 8000
# For the web server; docker-compose.yml has those of worker and beat.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "manage.py", "health", "--of=web"]

# Everything in one container: database, broker, secrets and backups are in /data, and nothing else is written but /tmp.
# The first start prints the code with which the first account is made: docker logs mikiwame
FROM product AS single
COPY --from=more_packages /opt/venv /opt/venv
RUN python -m mikiwame_kaonavi.sbom sbom.cdx.json --lock=script/locks/embedded.txt && ln -s /data .data && install -d -m 700 -o mikiwame -g mikiwame /data
USER mikiwame
VOLUME /data
CMD ["python", "-m", "mikiwame_kaonavi.launcher", "--host=0.0.0.0", "--port=8000"]

FROM product AS services
ENV DJANGO_DEBUG=false
COPY --from=packages /opt/venv /opt/venv
# The names of static files are made here; the secrets of this one command open nothing and are not kept.
RUN DJANGO_SECRET_KEY=the-key-of-the-build-alone-abcdefghijklmnopqrstuvwxyz CREDENTIAL_KEYS=Zm9yLXRoZS1idWlsZC1hbG9uZS0tLS0tLS0tLS0tLS0= DJANGO_ALLOWED_HOSTS=build SITE_URL=https://build \
    DATABASE_URL=sqlite://:memory: CELERY_BROKER_URL=memory:// \
    python manage.py collectstatic --no-input
RUN python -m mikiwame_kaonavi.sbom sbom.cdx.json
USER mikiwame
# Nothing is written but to /tmp and /dev/shm. WEB_CONCURRENCY says how many processes there are.
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--threads=16", "--graceful-timeout=5", "--worker-tmp-dir=/dev/shm", "--no-control-socket", \
     "--worker-class=mikiwame_kaonavi.gunicorn_worker.PunctualWorker", "--logger-class=mikiwame_kaonavi.gunicorn_log.GunicornLogger", "mikiwame_kaonavi.wsgi"]
