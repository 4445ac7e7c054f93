# Stowage's API with its page. Needs DATABASE_URL; bytes live in /data. Its log has the link that makes the first account.
FROM node:24-slim AS build
WORKDIR /src
ENV NX_DAEMON=false NX_TUI=false
COPY package.json package-lock.json .npmrc ./
COPY libs/contract/package.json libs/contract/
COPY libs/client/package.json libs/client/
RUN npm ci --include=dev --ignore-scripts
COPY . .
RUN npm run build

# What runs needs, installed by the same lock file. The client is part of the page already.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/contract/package.json libs/contract/
COPY libs/client/package.json libs/client/
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@stowage/client libs/client

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 STOWAGE_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /src/libs/contract/dist libs/contract/dist
COPY --from=build /src/dist/apps dist/apps
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "dist/apps/api/main.js"]
