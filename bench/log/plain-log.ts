/** The log that the tree is measured against: the same entries packed in the same rows, and no tree. */
import type pg from 'pg'
import { isFailure } from '../../services/contract/failure.ts'
import type { AccessLog, Draft } from '../../services/exchange/log/append/access-log.ts'
import { prepareEntry, sealEntry } from '../../services/exchange/log/append/entry.ts'
import { packRow } from '../../services/exchange/log/tree/packed-entries.ts'
import type { Queryable } from '../../services/postgres/pool.ts'
import { inTransaction, type Transaction } from '../../services/postgres/transaction.ts'

export async function createPlainTables(owner: Queryable): Promise<void> {
  await owner.query(`
    create table bench_batch (first bigint generated always as identity primary key, size smallint not null,
      at timestamptz not null, entries bytea not null);
    alter table bench_batch alter column entries set storage external;
    alter table bench_batch set (toast_tuple_target = 8160);
    grant select, insert on bench_batch to datarun_services`)
}

const insert = 'insert into bench_batch (size, at, entries) values ($1, $2, $3) returning first'

export function createPlainLog(pool: pg.Pool, random: (bytes: number) => Buffer): AccessLog {
  const append = async (tx: Transaction, drafts: readonly Draft[]) => {
    if (drafts.length === 0) return []
    const at = new Date()
    const salts = random(16 * drafts.length)
    const entries = drafts.map((draft, i) => sealEntry(prepareEntry(draft), i, at, salts.subarray(i * 16, i * 16 + 16)))
    const row = packRow(0, entries, Buffer.alloc(0))
    const values = [row.size, at, row.entries]
    const { rows } = await tx.query<{ first: number }>({ name: 'plain-append', text: insert, values })
    return drafts.map((_, i) => ({ index: rows[0]!.first + i, receipt: () => '' }))
  }
  return {
    origin: '',
    keys: [],
    checkpoint: async () => '',
    verifyHead: async () => {},
    verifyClock: async () => {},
    lost: async () => undefined,
    async commitWith(work, { first } = {}) {
      const drafts: Draft[] = []
      const done = await inTransaction(
        pool,
        async (tx, read) => {
          const outcome = await work(tx, draft => drafts.push(draft), read)
          return isFailure(outcome) ? outcome : { outcome, appended: await append(tx, drafts) }
        },
        first ? { first } : {},
      )
      return isFailure(done) ? { outcome: done, appended: [] } : done
    },
  }
}
