import type { Stand } from './stand.ts'

/** Whether PostgreSQL's memory is on large pages: it takes them where the system has set some aside (`vm.nr_hugepages`). */
export async function hugePages({ database }: Stand): Promise<string> {
  const { rows } = await database.query<{ huge_pages_status: string }>('show huge_pages_status')
  return rows[0]!.huge_pages_status
}
