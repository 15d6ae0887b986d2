/**
 * Child processes must not outlive us, however we end. Signal handlers cannot see a SIGKILL; a shell that waits at the
 * other end of a pipe does (lifeline.sh). One such shell per process, started with the first child.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./lifeline.sh', import.meta.url))

let shell: ChildProcessByStdio<Writable, null, null> | undefined

function tell(line: string) {
  if (!shell || shell.exitCode !== null) {
    // detached: a Ctrl-C on the terminal must not reach it.
    shell = spawn('/bin/sh', [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' })
    shell.stdin.on('error', () => {})
    shell.unref()
    // A pipe is a socket to Node, and has unref: waiting for the shell must not keep us alive.
    ;(shell.stdin as Writable & { unref?: () => void }).unref?.()
  }
  shell.stdin.write(`${line}\n`)
}

export const watch = (pid: number, signal: NodeJS.Signals) => tell(`watch ${pid} ${signal.replace('SIG', '')}`)
export const forget = (pid: number) => tell(`forget ${pid}`)
