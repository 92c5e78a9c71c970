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
USER node
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "services/executor/dist/main.js"]
