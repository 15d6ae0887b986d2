/** A container's health check: exit code 0 if the address answers well. */
const response = await fetch(process.argv[2] ?? '', { signal: AbortSignal.timeout(2_500) }).catch(() => undefined)
process.exit(response?.ok ? 0 : 1)
