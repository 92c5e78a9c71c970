# The executor. Everything in it belongs to root and nothing is written to: it runs with a read-only file system.
FROM node:26-bookworm-slim AS build
ENV TURBO_TELEMETRY_DISABLED=1
WORKDIR /app
COPY . .
RUN npm ci --loglevel=error
RUN npm run build -- --filter=@isolated-runtime/executor
RUN npm ci --loglevel=error --omit=dev --workspace=@isolated-runtime/executor \
  && rm -rf scripts .turbo packages/*/.turbo packages/*/src services/*/.turbo services/*/src

FROM node:26-bookworm-slim
ENV NODE_ENV=production PORT=8080
WORKDIR /app
COPY --from=build /app .
# Who may not read a program may not look into the processes that run it either: a cell sees nothing of its executor.
RUN chmod 711 /usr/local/bin/node
# By its number: Kubernetes' runAsNonRoot refuses names.
USER 1000
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --start-interval=1s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && read -r -t 2 _ status _ <&3 && [ \"$status\" = 200 ]"]
CMD ["node", "services/executor/dist/main.js"]
