/** Residents by number: made-up ids with a right check character (GB 11643), the same here and in `bench_resident_id`. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'
const firstDay = Date.UTC(1950, 0, 1)
const dayLength = 86_400_000
/** Ids of one division and one birthday. */
const perDay = 999

/** The id of resident `n`, 0 ≤ n < 27 million. */
export function residentId(n: number): string {
  const day = new Date(firstDay + Math.floor(n / perDay) * dayLength).toISOString().slice(0, 10).replaceAll('-', '')
  const text = `310115${day}${String((n % perDay) + 1).padStart(3, '0')}`
  const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0)
  return text + checks[sum % 11]
}

export const residentIdSql = `
create or replace function bench_resident_id(n bigint) returns text language sql immutable parallel safe as $$
  select t || substr('${checks}', (${weights.map((weight, i) => `${weight} * substr(t, ${i + 1}, 1)::int`).join(' + ')}) % 11 + 1, 1)
  from (select '310115' || to_char(date '1950-01-01' + (n / ${perDay})::int, 'YYYYMMDD')
    || lpad((n % ${perDay} + 1)::text, 3, '0') as t) as id
$$`
