# One image for every role; its first argument is the role: gateway, worker, cron, migrate.

FROM node:22-bookworm-slim AS npm
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The final image has no Node: the migration tool's own binary takes the place of its launcher.
RUN npm ci --omit=dev --no-audit --no-fund \
 && mkdir -p /npm/.bin /npm/maplibre-gl \
 && cp "node_modules/@dbmate/linux-$(node -p process.arch)/bin/dbmate" /npm/.bin/dbmate \
 && cp -r node_modules/maplibre-gl/dist node_modules/maplibre-gl/LICENSE.txt /npm/maplibre-gl/

FROM python:3.12-slim-bookworm AS python
COPY requirements.lock ./
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.lock

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin fleet \
 && install --directory --owner=10001 --mode=700 /archive
COPY --from=python /opt/venv /opt/venv
COPY --from=npm /npm /app/node_modules
COPY sql /app/sql
COPY web /app/web
COPY src /app/src
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FLEET_ROOT=/app \
    FLEET_ROLE=gateway \
    HEALTH_PORT=9090
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['HEALTH_PORT'] + '/health/' + os.environ['FLEET_ROLE'], timeout=4)"]
ENTRYPOINT ["python", "-m", "fleet"]
CMD ["gateway"]
