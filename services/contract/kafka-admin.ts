/** The former path of kafka/admin.ts, for scripts written against 0.1. It goes with 0.3. */
export * from '../kafka/admin.ts'
