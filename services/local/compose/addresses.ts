/**
 * Who finds whom in docker-compose.yml. Names below `.localhost` are aliases of the containers in its network, and this
 * machine for a browser outside (RFC 6761), so that an issuer has one address everywhere.
 */
const { DATARUN_HUB_PORT = '8080', DATARUN_ISSUER_PORT = '8090' } = process.env
export const hub = `http://exchange.localhost:${DATARUN_HUB_PORT}`
export const issuer = `http://identity.localhost:${DATARUN_ISSUER_PORT}`
export const broker = { host: 'kafka', port: 9092 }
/** The superuser's address of a database. */
export const postgresUrl = (password: string, database: string) =>
  `postgres://postgres:${password}@postgres:5432/${database}`
export const logOrigin = 'datarun.local/access-log'

/** Each volume is mounted where it is needed and nowhere else. */
export const folders = {
  postgres: '/config/postgres',
  kafka: '/config/kafka',
  identity: '/config/identity',
  exchange: '/config/exchange',
  /** Keys of the operator's and the departments' systems: of the sample city alone. */
  systems: '/config/systems',
  checkpoints: '/checkpoints',
  /** Files of the sample city's departments, and how far their adapters came. */
  city: '/city',
}
