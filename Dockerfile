# Each service is a target: docker build --target executor .
# The images to start from may be given by digest, so that builds can be repeated: --build-arg NODE_IMAGE=node@sha256:…
ARG NODE_IMAGE=node:26-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

# What the dependencies follow from, so that they are installed again only when that changes.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM ${NODE_IMAGE} AS build
ENV TURBO_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=manifests /app .
RUN npm ci --loglevel=error
COPY . .
RUN npx turbo run build --filter=@isolated-runtime/executor --output-logs=errors-only
RUN npm ci --loglevel=error --omit=dev --ignore-scripts --workspace=@isolated-runtime/executor
# What an executor runs: no sources, types or maps of ours, no tests, no tools; npm also installs what other workspaces need.
RUN mkdir -p /runtime/app /runtime/lib \
  && npm ls --all --parseable --omit=dev --workspace=@isolated-runtime/executor | sed "s#^$PWD/##" \
    | grep ^node_modules/ >/tmp/dependencies \
  && tar -cf - \
    --exclude='*.d.ts' --exclude='*.map' --exclude='fixtures' --exclude='.bin' --exclude='.package-lock.json' \
    LICENSE package.json node_modules/@isolated-runtime --files-from=/tmp/dependencies \
    packages/protocol/package.json packages/protocol/dist \
    packages/queue/package.json packages/queue/dist packages/queue/lua \
    packages/sandbox/package.json packages/sandbox/dist packages/sandbox/vendor/bundled packages/sandbox/NOTICE \
    services/executor/package.json services/executor/dist \
  | tar -xf - -C /runtime/app \
  && find /runtime/app/node_modules -xtype l -delete \
  # The one library of Node.js that Debian's smallest image lacks.
  && cp -L "$(ldd /usr/local/bin/node | awk '/libatomic/ { print $3 }')" /runtime/lib/

# Everything in it belongs to root and nothing is written to: it runs with a read-only file system, without npm.
FROM ${BASE_IMAGE} AS executor
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="isolated-runtime executor" \
  org.opencontainers.image.description="Takes runs off the queue and runs them in a sandbox" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production PORT=8080
WORKDIR /app
COPY --from=build /runtime/lib/ /usr/local/lib/
RUN ldconfig
# Who may not read a program may not look into the processes that run it either: a cell sees nothing of its executor.
COPY --from=build --chmod=711 /usr/local/bin/node /usr/local/bin/node
COPY --from=build /runtime/app .
# By its number: Kubernetes' runAsNonRoot refuses names.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --start-interval=1s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && read -r -t 2 _ status _ <&3 && [ \"$status\" = 200 ]"]
CMD ["node", "services/executor/dist/main.js"]
