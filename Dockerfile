FROM node:24-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# Optional packages are the embedded PostgreSQL (60 MB), which needs no place beside a real one. Install scripts fetch
# Node itself and link that PostgreSQL: the image brings the first and leaves the second out.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

COPY src src
COPY workers workers
COPY templates templates

# Nothing in /app belongs to this user, so nothing that gets in can change the program.
USER node
EXPOSE 3000 2525
ENTRYPOINT ["node", "--max-semi-space-size=8", "--initial-old-space-size=96", "--heap-growing-percent=40", "src/main.ts"]
CMD ["web"]
