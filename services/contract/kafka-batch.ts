/** The former path of kafka/batch.ts, for scripts written against 0.1. It goes with 0.3. */
export * from '../kafka/batch.ts'
