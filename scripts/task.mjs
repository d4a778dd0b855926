// Entry of every `npm run …` of the workspace. It needs nothing but Node and npm: it installs, builds, then runs the task.
// No static import but Node's own, so that a Node that is too old reaches the message below.
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const [, major, minor] = /(\d+)\.(\d+)/.exec(manifest.engines.node).map(Number)
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)

if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  console.error(`Expected Node.js ${major}.${minor} or newer, got \`${process.version}\` (${process.execPath}).`)
  process.exit(1)
}

const { runTask } = await import('./tasks.mjs')
process.exitCode = await runTask(process.argv[2], process.argv.slice(3))
