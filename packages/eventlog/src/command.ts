#!/usr/bin/env node
import { systemRegistry } from './registry.js'
import { runCommand } from './run-command.js'

const { code, text } = runCommand(process.argv.slice(2), process.platform, systemRegistry)
if (code === 0) console.log(text)
else console.error(text)
process.exitCode = code
