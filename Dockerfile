# syntax=docker/dockerfile:1

FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY build.mjs ./
COPY frontend ./frontend
# The build draws the icons that templates and code name.
COPY templates ./templates
COPY succession ./succession
COPY candidates ./candidates
COPY pools ./pools
COPY training ./training
RUN node build.mjs

FROM python:3.11-slim AS packages
WORKDIR /build
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv /opt/venv \
    && python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && python -m uv pip install --no-cache --require-hashes --python /opt/venv/bin/python -r requirements/base.txt

FROM python:3.11-slim AS echelon
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static \
    ECHELON_VAR=/var/lib/echelon
RUN useradd --system --uid 10001 --home-dir /var/lib/echelon --create-home --shell /usr/sbin/nologin echelon \
    && mkdir /var/lib/echelon/media /var/lib/echelon/beat \
    && chown -R echelon: /var/lib/echelon
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/echelon
COPY manage.py pyproject.toml ./
COPY succession ./succession
COPY candidates ./candidates
COPY pools ./pools
COPY training ./training
COPY templates ./templates
COPY static ./static
COPY docker ./docker
COPY --from=assets /build/static/dist ./static/dist
# Needs no secret and no database; the settings of production come with the container's environment.
RUN ECHELON_ENV=development python manage.py collectstatic --noinput --verbosity=0
ARG BUILD_COMMIT=unknown
ENV BUILD_COMMIT=$BUILD_COMMIT \
    ECHELON_ENV=production
USER echelon
EXPOSE 8000
CMD ["gunicorn", "succession.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--timeout", "60", \
     "--graceful-timeout", "20", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
