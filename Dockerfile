# The gateway as an image (the last stage), and `--target sandbox`, which fills a database with invented people.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/overview
ENV PATH=/opt/overview/bin:$PATH
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schema schema
COPY resolvers resolvers
COPY sources sources
COPY cache cache
COPY policy policy
COPY gateway gateway
RUN pip install --no-cache-dir --no-deps --no-build-isolation --no-index .

FROM python:3.13-slim AS gateway
RUN useradd --system --home-dir /var/lib/overview --create-home overview
COPY --from=build /opt/overview /opt/overview
ENV PATH=/opt/overview/bin:$PATH OVERVIEW_HOME=/var/lib/overview
USER overview
WORKDIR /var/lib/overview
VOLUME /var/lib/overview
EXPOSE 8000
CMD ["overview", "serve", "--host", "0.0.0.0", "--port", "8000"]

FROM gateway AS sandbox
WORKDIR /srv
COPY sandbox sandbox
CMD ["sh", "sandbox/run.sh", "fill"]

FROM gateway
