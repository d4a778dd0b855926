import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { install } from '../fixtures/installation.js'

export const FORMATS = ['esm', 'cjs'] as const
export const MODES = ['thread', 'process'] as const
const EVENTS = 100
const MODULES = join(import.meta.dirname, '../../node_modules')

/** Logs, says where its writer runs, and ends: by itself, or by SIGKILL right behind the last call. */
export const APPLICATION: string = `
  import { fileAdapter, get, init, inspect, shutdown } from 'holdfast'
  const { MODE: worker, FILE: path, END: end, SCRUB_PATHS: paths } = process.env
  init({
    service: 'bundled',
    queue: { worker },
    adapters: [fileAdapter({ path })],
    ...(paths === undefined ? {} : { scrub: { paths: paths.split(',') } }),
  })
  const { mode } = inspect().writer
  for (let i = 1; i <= ${EVENTS}; i++) get('app').info('event', { i, tenant: 'acme' })
  if (end === 'SIGKILL') process.kill(process.pid, end)
  shutdown().then(({ timedOut }) => process.stdout.write(JSON.stringify({ mode, timedOut })))
`

/** A bundle of the application in one file, as it would be deployed: alone, or beside the packages that it was told to leave out. */
export async function bundleApplication(
  folder: string,
  { format, packages }: { readonly format: (typeof FORMATS)[number]; readonly packages: 'bundled' | 'outside' },
): Promise<string> {
  const name = `application.${format === 'esm' ? 'mjs' : 'cjs'}`
  const external = packages === 'outside' ? ['holdfast', '@holdfast/*'] : []
  if (packages === 'outside') install(folder)
  return bundleTexts({ 'input.js': APPLICATION }, { outfile: join(folder, name), format, external })
}

/** Bundles `input.js` with the other modules that are given as texts, and whatever is not external. */
export async function bundleTexts(
  files: Readonly<Record<string, string>>,
  { outfile, ...options }: BuildOptions & { readonly outfile: string },
): Promise<string> {
  const source = `${outfile}.source`
  mkdirSync(source, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text)
  await build({
    ...options,
    entryPoints: [join(source, 'input.js')],
    outfile,
    nodePaths: [MODULES],
    bundle: true,
    platform: 'node',
    target: 'node20',
    // it warns that `import.meta` is empty in CommonJS, which is what is tested
    logLevel: 'error',
  })
  return outfile
}

/** Whether a log file holds every event of the application once, in order. */
export function holdsEveryEvent(path: string): boolean {
  const numbers = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { extra: { i: number } }).extra.i)
  return numbers.join() === Array.from({ length: EVENTS }, (_, i) => i + 1).join()
}
