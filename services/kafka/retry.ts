/** How often kafkajs asks again, by who is waiting. */
/** Short waits: with kafkajs's defaults messages flow again only 40 s after a broker is back. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 }
/** About 6 s: what cannot be had by then is an outage, and whoever asked decides whether to ask again. */
export const patience = { ...retry, retries: 8 }
/** About a minute, as electing the leader of a partition can take. Where no broker answers at all it is `patience`. */
export const publishing = { ...retry, retries: 60 }
/** A consumer that gave up would come back as a new member, for whom the group waits until the old one is given up too. */
export const unending = { ...retry, retries: 1_000_000, restartOnFailure: async () => false }
