import { describeValue, kindOf } from './describe-value.js'
import { type Finding, joinPath } from './finding.js'
import { nearest } from './nearest.js'
import { listOptions } from './options.js'
import type { SchemaNode } from './schema-node.js'
import type { Validator, Violation } from './validators.generated.js'

/** What a compiled validator says about a value, in words: one finding for each place. `prefix` stands before every path. */
export function checkShape(validate: Validator, schema: SchemaNode, value: unknown, prefix = ''): readonly Finding[] {
  if (validate(value)) return []
  const findings = new Map<string, Finding>()
  for (const violation of validate.errors ?? []) {
    const finding = explain(violation, schema, value, prefix)
    if (!findings.has(finding.path)) findings.set(finding.path, finding)
  }
  return [...findings.values()]
}

function explain(violation: Violation, schema: SchemaNode, root: unknown, prefix: string): Finding {
  const segments = parsePointer(violation.instancePath)
  const { additionalProperty, missingProperty } = violation.params
  if (additionalProperty !== undefined) return unknownOption(segments, additionalProperty, schema, prefix)
  if (missingProperty !== undefined) segments.push(missingProperty)

  const node = nodeAt(schema, segments)
  const got = valueAt(root, segments)
  const path = joinPath(segments, prefix) || 'config'
  const isSecret = segments[0] === 'scrub'
  return {
    path,
    expected: node.expected,
    got: isSecret ? kindOf(got) : describeValue(got),
    option: optionOf(segments, schema),
    variables: [],
  }
}

function unknownOption(segments: readonly string[], name: string, schema: SchemaNode, prefix: string): Finding {
  const parent = joinPath(segments, prefix)
  const hint = suggest(segments, name, schema, prefix)
  return {
    path: joinPath([...segments, name], prefix),
    expected: parent === '' ? 'an option' : `an option of \`${parent}\``,
    got: 'an unknown name',
    ...(hint === undefined ? undefined : { hint }),
    option: '',
    variables: [],
  }
}

/** A neighbour with nearly the same name, else the same name in another section. */
function suggest(segments: readonly string[], name: string, schema: SchemaNode, prefix: string): string | undefined {
  const neighbour = nearest(name, Object.keys(nodeAt(schema, segments).properties ?? {}))
  if (neighbour !== undefined) return `Did you mean \`${joinPath([...segments, neighbour], prefix)}\`?`
  const elsewhere = listOptions(schema).filter(({ path }) => path.endsWith(`.${name}`) || path === name)
  if (elsewhere.length === 0) return undefined
  return `Did you mean ${elsewhere.map(({ path }) => `\`${path}\``).join(' or ')}?`
}

/** The node of a path; where the schema ends, the last one that says what is expected. */
function nodeAt(schema: SchemaNode, segments: readonly string[]): SchemaNode {
  let node = schema
  for (const segment of segments) {
    const child = Object.hasOwn(node.properties ?? {}, segment) ? node.properties?.[segment] : node.items
    if (child === undefined) return node
    node = child
  }
  return node
}

/** `['scrub', 'keys', '0']` is about the option `scrub.keys`. */
function optionOf(segments: readonly string[], schema: SchemaNode): string {
  const paths = new Set(listOptions(schema).map(({ path }) => path))
  for (let length = segments.length; length > 0; length--) {
    const path = segments.slice(0, length).join('.')
    if (paths.has(path)) return path
  }
  return segments[0] ?? ''
}

function valueAt(root: unknown, segments: readonly string[]): unknown {
  return segments.reduce<unknown>(
    (value, segment) => (value === undefined || value === null ? undefined : Reflect.get(Object(value), segment)),
    root,
  )
}

/** The segments of a JSON pointer (RFC 6901). */
function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}
