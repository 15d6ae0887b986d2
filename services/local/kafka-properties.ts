/** Tokens of one issuer open the broker; each principal is the token's `sub`. */
export type KafkaSecurity = {
  issuer: string
  jwksUrl: string
  audience: string
  /** May do everything, as the hub must: it makes topics and gives rights. Ids of systems. */
  superUsers: string[]
}

type KafkaLayout = {
  dataDirectory: string
  /** 127.0.0.1, but for a container. */
  listenAddress: string
  /** How clients reach it. */
  clientHost: string
  ports: { client: number; internal: number; controller: number }
  /** Of the broker towards itself. */
  internalPassword: string
  security: KafkaSecurity | 'none'
}

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const oauth = 'org.apache.kafka.common.security.oauthbearer'
const broker = 'broker'

/** The broker's server.properties: one node that is broker and controller, on loopback ports. */
export function kafkaProperties(layout: KafkaLayout): string {
  const { listenAddress, clientHost, ports, security } = layout
  const all: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'log.dirs': layout.dataDirectory,
    listeners: `CLIENT://${listenAddress}:${ports.client},INTERNAL://127.0.0.1:${ports.internal},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `CLIENT://${clientHost}:${ports.client},INTERNAL://127.0.0.1:${ports.internal}`,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    ...oneNode,
    ...limits,
    ...internalListeners(layout.internalPassword),
    ...(security === 'none' ? openListener : securedListener(security)),
  }
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

const oneNode = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  // After a kill the node must wait until its former life's session has run out: 9 s by default.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
}

const limits = {
  'auto.create.topics.enable': 'false',
  'message.max.bytes': '1048576',
  // Consumers get plain batches, whichever codec a producer chose: kafkajs stops for good at zstd, lz4 and snappy.
  'compression.type': 'uncompressed',
  'log.segment.bytes': '134217728',
  'log.index.size.max.bytes': '1048576',
  // Its default would be a quarter of the heap.
  'log.cleaner.dedupe.buffer.size': '8388608',
  'num.network.threads': '2',
  'num.io.threads': '4',
}

/** The broker talks to itself with a password, so that no other process of this machine can pose as broker or controller. */
function internalListeners(password: string) {
  const login = `${plain} required username="${broker}" password="${password}" user_${broker}="${password}";`
  return {
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.internal.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.internal.plain.sasl.jaas.config': login,
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': login,
  }
}

const protocols = (client: string) => ({
  'listener.security.protocol.map': `CLIENT:${client},INTERNAL:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT`,
})

const openListener = protocols('PLAINTEXT')

const securedListener = ({ issuer, jwksUrl, audience, superUsers }: KafkaSecurity) => ({
  ...protocols('SASL_PLAINTEXT'),
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'false',
  'super.users': [broker, ...superUsers].map(user => `User:${user}`).join(';'),
  'listener.name.client.sasl.enabled.mechanisms': 'OAUTHBEARER',
  'listener.name.client.oauthbearer.sasl.jaas.config': `${oauth}.OAuthBearerLoginModule required;`,
  'listener.name.client.oauthbearer.sasl.server.callback.handler.class': `${oauth}.OAuthBearerValidatorCallbackHandler`,
  'listener.name.client.oauthbearer.sasl.oauthbearer.jwks.endpoint.url': jwksUrl,
  'listener.name.client.oauthbearer.sasl.oauthbearer.expected.issuer': issuer,
  'listener.name.client.oauthbearer.sasl.oauthbearer.expected.audience': audience,
  // A connection lives no longer than the token that opened it.
  'listener.name.client.oauthbearer.connections.max.reauth.ms': '3600000',
})
