/** The parts of an event that a path can begin with. */
export type PathRoot = 'extra' | 'error' | 'context' | 'message'

// fast-redact compiles paths into code, so nothing may pass that could be more than a name
const STEP = /\.([A-Za-z_$][\w$]*)|\.\*|\["([\w .:@$+-]+)"\]|\[(\d{1,9})\]|\[\*\]/y
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** What is wrong with a path of `scrub.paths`, as the "expected" of an error; `undefined` when it is fine. */
export function checkPath(path: string): string | undefined {
  const root = rootOf(path)
  if (root === undefined) return 'a path that begins with `extra`, `error`, `context` or `message`'
  if (root === 'message') return path === 'message' ? undefined : '`message` alone: it has nothing below it'
  if (path === root) return `a path below \`${root}\`, as \`${root}.name\``
  STEP.lastIndex = root.length
  for (let at = root.length; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const step = STEP.exec(path)
    if (step === null) return 'steps of the form `.name`, `["a name"]`, `[0]`, `[*]` or `.*`'
    const name = step[1] ?? step[2]
    if (name !== undefined && FORBIDDEN.has(name)) return `no step called \`${name}\``
  }
  return undefined
}

/** The part of the event that a path begins with. */
export function rootOf(path: string): PathRoot | undefined {
  return /^(extra|error|context|message)(?![\w$])/.exec(path)?.[1] as PathRoot | undefined
}
