# Everything that running needs is made by the same `make setup` as on a plain host; the second stage leaves its tools behind.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
# What set-up kept for itself, a secret key among it, stays out of the image.
RUN make setup PYTHON=python3 && rm -rf .venv/.setup node_modules/.cache

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home influence && install -d -o influence -g influence /data
COPY --from=build --chown=influence /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH DATA_DIR=/data HOST=0.0.0.0 PORT=8000 DEMO=0 PYTHONUNBUFFERED=1
USER influence
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "serve"]
