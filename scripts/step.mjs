import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

/** A step that did not succeed; `output` is everything a reader needs, `step` has printed it. */
export class StepFailed extends Error {
  constructor(message, output = '') {
    super(message)
    this.name = 'StepFailed'
    this.output = output
  }
}

/**
 * Runs one step and prints one line with its seconds and the detail that `work` returns; no line when that is `null`.
 * Prints all of its output when it fails, and throws `StepFailed`.
 * The lines go to stderr: stdout belongs to the program or the report that comes after.
 */
export async function step(name, work) {
  const started = performance.now()
  try {
    const detail = await work()
    if (detail !== null) printStep(name, detail ?? '', started)
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    printStep(name, `failed: ${error.message}`, started)
    if (error.output.trim() !== '') process.stderr.write(`\n${error.output.trimEnd()}\n\n`)
    throw error
  }
}

function printStep(name, detail, started) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stderr.write(`${clearLine()}${name.padEnd(9)} ${`${seconds} s`.padStart(7)}   ${detail}`.trimEnd())
  process.stderr.write('\n')
}

/** Takes back a progress line on a terminal; nothing elsewhere. */
export function clearLine() {
  return process.stderr.isTTY ? '\r\x1b[K' : ''
}

/** Runs a command, collecting stdout and stderr in the order in which they came. Never throws for an exit code. */
export function capture(command, args, { onText = () => {}, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    const keep = (chunk) => {
      chunks.push(chunk)
      onText(chunk.toString())
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, output: Buffer.concat(chunks).toString() }))
  })
}

/** Runs a command of a step and returns its output; a failure becomes `StepFailed`. */
export async function command(file, args, options) {
  const { code, signal, output } = await capture(file, args, options)
  if (code !== 0) throw new StepFailed(signal === null ? `exit code ${code}` : `killed by ${signal}`, output)
  return output
}

/** Runs the command-line program of an installed package; returns nothing, so that a step prints no detail. */
export async function tool(packageName, args, options) {
  const env = process.stderr.isTTY ? { ...process.env, FORCE_COLOR: '1' } : { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
  await command(process.execPath, [binPath(packageName), ...args], { env, ...options })
}

function binPath(packageName) {
  const folder = join('node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0])
}
