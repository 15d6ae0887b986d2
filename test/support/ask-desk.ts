import type { Question } from './desk.ts'

/** Set by global-setup.ts; workers inherit it. */
export const deskVariable = 'DATARUN_TEST_DESK'

export async function askDesk<Answer>(question: Question): Promise<Answer> {
  const url = process.env[deskVariable]
  if (!url)
    throw new Error('Nobody is at the desk: tests with a database or Kafka run under jest, with its globalSetup')
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(question) })
  if (!response.ok) throw new Error(`The test backend failed: ${await response.text()}`)
  return (await response.json()) as Answer
}
