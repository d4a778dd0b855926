import { isNotFound, requireNearby } from '../../require-nearby.js'
import { splitLookbehind, toRe2 } from './re2-syntax.js'

/** What is used of re2js: RE2 in JavaScript. */
interface Re2 {
  readonly RE2JS: {
    readonly CASE_INSENSITIVE: number
    readonly DOTALL: number
    readonly MULTILINE: number
    compile(source: string, flags: number): { matcher(text: string): Matcher }
    translateRegExp(source: string): string
  }
}

interface Matcher {
  find(): boolean
  start(group?: string): number
  end(group?: string): number
}

const SHOWN = 'shown'

/**
 * A pattern of the user's on an engine that takes linear time whatever the pattern is: V8's own goes back and tries again, which takes
 * time that grows with a power of the text's length, or doubles with each character. Loaded only when there are patterns.
 */
export class LinearPattern {
  readonly #compiled: ReturnType<Re2['RE2JS']['compile']>
  readonly #group: string | undefined

  /** @throws when the engine has no form for the pattern, or is not there */
  constructor({ source, flags }: RegExp) {
    const { RE2JS } = loadEngine()
    const { behind, rest } = splitLookbehind(source)
    this.#group = behind === undefined ? undefined : SHOWN
    const whole = behind === undefined ? rest : `(?:${behind})(?P<${SHOWN}>${rest})`
    const modes =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0)
    this.#compiled = RE2JS.compile(RE2JS.translateRegExp(toRe2(whole, flags.includes('s'))), modes)
  }

  /** The text with each match replaced. */
  replace(text: string, replacement: string): string {
    const matcher = this.#compiled.matcher(text)
    let out = ''
    let from = 0
    while (matcher.find()) {
      out += text.slice(from, matcher.start(this.#group)) + replacement
      from = matcher.end(this.#group)
    }
    return from === 0 ? text : out + text.slice(from)
  }
}

function loadEngine(): Re2 {
  try {
    return requireNearby('re2js') as Re2
  } catch (cause) {
    const why = isNotFound(cause, 're2js')
      ? 'got none: a bundle does not hold it. Install it with `npm install re2js`.'
      : 'got one that fails.'
    throw new Error(`Expected the package \`re2js\`, which \`scrub.patterns\` needs, ${why}`, { cause })
  }
}
