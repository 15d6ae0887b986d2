/** Where the process that packs a former log kills itself; `transaction` is counted from 1. */
export type PackerPlan = {
  url: string
  transaction: number
  statement: string
  when: 'before' | 'as it is sent' | 'after'
}
