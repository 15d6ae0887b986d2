/** Residents by number: made-up ids with a right check character (GB 11643), the same here and in `bench_resident_id`. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'
const firstDay = Date.UTC(1950, 0, 1)
const dayLength = 86_400_000
/** Ids of one division and one birthday. */
const perDay = 999

const division = '310115'

/** The id of resident `n`, 0 ≤ n < 27 million. */
export function residentId(n: number): string {
  const day = new Date(firstDay + Math.floor(n / perDay) * dayLength).toISOString().slice(0, 10).replaceAll('-', '')
  const text = `${division}${day}${String((n % perDay) + 1).padStart(3, '0')}`
  const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0)
  return text + checks[sum % 11]
}

/** The digits of an SQL integer with so many of them, each times its weight. */
const weighted = (number: string, from: number, digits: number) =>
  Array.from({ length: digits }, (_, i) => `${number} / ${10 ** (digits - 1 - i)} % 10 * ${weights[from + i]}`).join(
    ' + ',
  )

/** Reckons with integers: cutting texts took forty times as long, and most of a filling. */
export const residentIdSql = `
create or replace function bench_resident_id(n bigint) returns text language plpgsql immutable parallel safe as $$
declare
  day integer := to_char(date '1950-01-01' + (n / ${perDay})::int, 'YYYYMMDD')::int;
  number integer := n % ${perDay} + 1;
  sum integer := ${weighted(division, 0, 6)} + ${weighted('day', 6, 8)} + ${weighted('number', 14, 3)};
begin
  return '${division}' || day || lpad(number::text, 3, '0') || substr('${checks}', sum % 11 + 1, 1);
end $$`
