import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { argv, cwd as processCwd } from 'node:process'
import type { Report } from '../diagnostics/catalogue.js'

/**
 * The name in the nearest package.json: above `cwd` when it is given, otherwise above the main script, then above the working directory.
 * A script inside `node_modules` is a tool that runs the application, not the application.
 */
export function packageName(cwd: string | undefined, report: Report): string | undefined {
  const starts = cwd === undefined ? [mainDirectory, processCwd] : [() => cwd]
  for (const start of starts) {
    try {
      const directory = start()
      const name = directory === undefined ? undefined : nearestName(directory)
      if (name !== undefined) return name
    } catch (error) {
      const got = error instanceof Error ? error.message.slice(0, 200) : String(error)
      report('config_lenient', {
        path: 'service',
        expected: 'the name in a package.json that can be read',
        got,
        kept: 'the next best name',
      })
    }
  }
  return undefined
}

function mainDirectory(): string | undefined {
  const script = argv[1]
  return script === undefined || script.includes(`${sep}node_modules${sep}`) ? undefined : dirname(script)
}

/** A package.json without a name, as some tools write beside their output, does not end the search. */
function nearestName(start: string): string | undefined {
  for (let directory = start; ; directory = dirname(directory)) {
    const file = join(directory, 'package.json')
    if (existsSync(file)) {
      const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }
      if (typeof name === 'string' && name.trim() !== '') return name.trim()
    }
    if (dirname(directory) === directory) return undefined
  }
}
