import { eventlogAdapter } from '@holdfast/eventlog'
import { checkAdapters, consoleAdapter, defineConfig } from 'holdfast'

/** In an application this stands in a module of its own, and `init` gets it too. */
const config = defineConfig({
  service: 'video-encoder',
  adapters: [consoleAdapter(), eventlogAdapter({ level: 'warning', platform: 'skip' })],
})

const checks = await checkAdapters(config)
process.exitCode = checks.every(({ state }) => state === 'accepted' || state === 'off') ? 0 : 1
