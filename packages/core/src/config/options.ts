import type { SchemaNode } from './schema-node.js'

/** Option values by path: `queue.maxEvents`. Layers of a configuration are merged in this form. */
export interface OptionValues {
  readonly [path: string]: unknown
  readonly adapters?: unknown
  readonly env?: unknown
  readonly levels?: unknown
  readonly preset?: unknown
  readonly scrub?: unknown
}

export interface Option {
  readonly path: string
  readonly node: SchemaNode
}

/** All options of a schema in its order; a section is listed only when it can be set as a whole (`scrub: false`). */
export function listOptions(schema: SchemaNode, prefix = ''): readonly Option[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const path = prefix + name
    const own = node.description === undefined ? [] : [{ path, node }]
    return isSection(node) ? [...own, ...listOptions(node, `${path}.`)] : own
  })
}

/** The values of a nested configuration by path. What is not an option is left out. */
export function flatten(config: object, schema: SchemaNode, prefix = ''): OptionValues {
  const values: Record<string, unknown> = {}
  for (const [name, node] of Object.entries(schema.properties ?? {})) {
    const value: unknown = Reflect.get(config, name)
    if (value === undefined) continue
    if (isSection(node) && isObject(value)) Object.assign(values, flatten(value, node, `${prefix}${name}.`))
    else values[prefix + name] = value
  }
  return values
}

/** The opposite of `flatten`. */
export function unflatten(values: OptionValues): Readonly<Record<string, unknown>> {
  const config: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(values)) {
    if (value === undefined) continue
    const [head = path, tail] = path.split('.')
    if (tail === undefined) config[head] = value
    else config[head] = { ...(config[head] as object | undefined), [tail]: value }
  }
  return config
}

/** The options of one section without its name: `{ maxEvents: 2048 }`. */
export function sectionOf(values: OptionValues, name: string): OptionValues {
  const prefix = `${name}.`
  return Object.fromEntries(
    Object.entries(values).flatMap(([path, value]) =>
      path.startsWith(prefix) && value !== undefined ? [[path.slice(prefix.length), value]] : [],
    ),
  )
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An open object, as `context`, is one option; a closed one holds options. */
function isSection(node: SchemaNode): boolean {
  return node.properties !== undefined && node.additionalProperties === false
}
