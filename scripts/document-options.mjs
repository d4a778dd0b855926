// Writes the tables of docs/configuration.md from the schema and the table of variables: node scripts/document-options.mjs
// The prose around the tables is written by hand; packages/core/test/config-docs.test.ts says when the tables are out of date.
import { readFileSync, writeFileSync } from 'node:fs'

const dist = new URL('../packages/core/dist/config/', import.meta.url)
const page = new URL('../docs/configuration.md', import.meta.url)

const { CONFIG_SCHEMA } = await import(new URL('schema.js', dist))
const { LANE_SCHEMA } = await import(new URL('schema-sections.js', dist))
const { listOptions } = await import(new URL('options.js', dist))
const { takes } = await import(new URL('read-variable.js', dist))
const { VARIABLES } = await import(new URL('variables.js', dist))

const options = listOptions(CONFIG_SCHEMA)
const byPath = new Map(options.map((option) => [option.path, option.node]))

let text = readFileSync(page, 'utf8')
text = fill(text, 'options', ['Option', 'Takes', 'Default', 'Variables', 'What changing it does'], options.map(optionRow))
text = fill(text, 'lanes', ['Option', 'Takes', 'Default', 'What changing it does'], listOptions(LANE_SCHEMA).map(laneRow))
text = fill(text, 'console variables', ['Variable', 'What it does'], await adapterRows('console', 'CONSOLE_VARIABLES'))
text = fill(text, 'file variables', ['Variable', 'What it does'], await adapterRows('file', 'FILE_VARIABLES'))
text = fill(text, 'journald variables', ['Variable', 'What it does'], await adapterRows('journald', 'JOURNALD_VARIABLES'))
text = fill(text, 'eventlog variables', ['Variable', 'What it does'], await adapterRows('eventlog', 'EVENTLOG_VARIABLES'))
text = fill(text, 'graylog variables', ['Variable', 'What it does'], await adapterRows('graylog', 'GRAYLOG_VARIABLES'))
text = fill(text, 'variables', ['Variable', 'Gives way to it', 'Takes', 'Default', 'Sets'], VARIABLES.map(variableRow))
writeFileSync(page, text)

function optionRow({ path, node }) {
  const names = VARIABLES.filter(({ option }) => option === path).flatMap(({ name, also }) => [name, ...also])
  return [code(path), node.expected, defaultOf(node), names.map(code).join(' ') || 'none', node.description]
}

function laneRow({ path, node }) {
  return [code(path), node.expected, defaultOf(node), node.description]
}

function variableRow({ name, also, kind, option, isFallback }) {
  const node = byPath.get(option)
  const fallback = isFallback ? 'none' : kind === 'duration' ? code(`${node.default}ms`) : defaultOf(node)
  return [code(name), also.map(code).join(' ') || 'none', takes(kind) ?? node.expected, fallback, code(option)]
}

async function adapterRows(adapter, table) {
  const variables = (await import(new URL(`../packages/${adapter}/dist/index.js`, import.meta.url)))[table]
  return variables.map(({ name, meaning }) => [`${code(`HOLDFAST_${name}`)} ${code(`LOG_${name}`)}`, meaning])
}

function defaultOf({ default: value, defaultText }) {
  if (defaultText !== undefined) return defaultText
  if (value === undefined) return 'none'
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function code(value) {
  return `\`${value}\``
}

function fill(document, name, head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end ${name} -->)`)
  if (!block.test(document)) throw new Error(`docs/configuration.md has no block "${name}"`)
  return document.replace(block, (_, begin, end) => `${begin}\n${lines.join('\n')}\n\n${end}`)
}
