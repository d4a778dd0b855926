import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

const EVENTS = new URL('./test-events.mjs', import.meta.url).href
const OUTPUT_MAX_CHARS = 8_000
const GRACE_MS = 1_000
const POLL_MS = 50

/** Process groups of the files under way; they would outlive this process. */
const groups = new Set()
process.once('exit', () => {
  for (const pid of groups) killGroup(pid)
})

/**
 * Runs one compiled test file in a process group of its own and tells what happened, whatever the file does: its results,
 * and a failure of the file itself when it throws on load, exits early, has no tests, does not end or leaves processes behind.
 */
export async function runTestFile({ source, output }, { folder, timeLimitMs, env }) {
  const started = performance.now()
  const eventsPath = join(folder, `${source.replaceAll(/[^\w.-]/g, '_')}.ndjson`)
  const args = [`--test-reporter=${EVENTS}`, `--test-reporter-destination=${eventsPath}`, output]
  const ended = await runGroup(args, { env, timeLimitMs })

  const events = readEvents(eventsPath)
  const results = {
    source,
    passed: events.filter(({ type }) => type === 'pass'),
    failed: events.filter(({ type }) => type === 'fail'),
    skipped: events.filter(({ type }) => type === 'skip'),
    seconds: (performance.now() - started) / 1000,
    text: ended.text,
  }
  const fault = faultOfFile(ended, events, timeLimitMs)
  if (fault !== undefined) results.failed.push({ name: 'the file itself', text: fault })
  return results
}

function faultOfFile({ code, signal, isLate, left }, events, timeLimitMs) {
  if (isLate)
    return `Expected the file to end within ${timeLimitMs / 1000} s; it was killed. A handle is still open, or a test hangs.`
  if (signal !== null) return `Expected the file to end by itself, got ${signal}.`
  if (events.length === 0 && code === 0)
    return 'Expected the file to report tests, got none: it has none, or exits before they end.'
  if (events.at(-1)?.type !== 'end')
    return `Expected the file to run all of its tests, but it ended early with exit code ${code}.`
  if (code !== 0 && !events.some(({ type }) => type === 'fail')) return `Expected exit code 0, got ${code}.`
  if (!events.some(({ type }) => type === 'pass' || type === 'fail' || type === 'skip'))
    return 'Expected the file to have tests, got none.'
  if (left.length > 0) return `Expected no process to be left behind, got ${left.join(', ')}.`
  return undefined
}

function readEvents(path) {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

function runGroup(args, { env, timeLimitMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const kill = () => killGroup(child.pid)
    let text = ''
    let isLate = false
    const keep = (chunk) => {
      text = (text + chunk).slice(-OUTPUT_MAX_CHARS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      isLate = true
      kill()
    }, timeLimitMs)
    groups.add(child.pid)
    child.once('error', reject)
    child.once('exit', async (code, signal) => {
      clearTimeout(timer)
      const left = isLate ? [] : await groupAfterGrace(child.pid)
      kill()
      groups.delete(child.pid)
      await new Promise((done) => setImmediate(done)) // what is in the pipes arrives before the verdict
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ code, signal, isLate, left, text })
    })
  })
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error // nobody left, or only zombies
  }
}

/** What of the process group is still there a moment after its leader ended. */
async function groupAfterGrace(pid) {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const left = groupMembers(pid)
    if (left.length === 0 || waitedMs >= GRACE_MS) return left
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Living processes of a group, as `pid (command)`; read from /proc, so nothing is found on other systems than Linux. */
function groupMembers(group) {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    const stat = statOf(pid)
    const [, command, state, pgrp] = /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(stat) ?? []
    return Number(pgrp) === group && state !== 'Z' && state !== 'X' ? [`${pid} (${command})`] : []
  })
}

function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '' // it has just ended
    throw error
  }
}
