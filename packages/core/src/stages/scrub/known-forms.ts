/**
 * Secrets that are known by their form. Each pattern is linear: it starts at a fixed prefix and either matches or gives up within
 * a bounded number of characters, or it runs over characters that no other attempt looks at again.
 */

/** Keys of well known services by the prefixes that they document. The prefix stays: it tells whose key it was. */
const MARKED_KEYS: RegExp = new RegExp(
  `(?<=(?<![A-Za-z0-9])(?:${[
    'gh[pousr]', // GitHub
    'github_pat',
    'gl(?:pat|dt|rt|ptt|soat)', // GitLab
    'xox[a-z]', // Slack
    'xapp',
    '[sr]k_(?:live|test)', // Stripe
    'sk(?=-)', // OpenAI, Anthropic
    'npm',
    'pypi',
    'hf', // Hugging Face
    'do[oprt]_v1', // DigitalOcean
    'shp(?:at|ca|pa|ss)', // Shopify
    'AGE-SECRET-KEY',
  ].join('|')}))[_-](?=[A-Za-z_-]{0,40}[0-9])[\\w-]{16,}`,
  'g',
)
/** What every one of them has. */
const MARKED_TAIL = /[_-][\w-]{16}/

/** Keys without such a mark, each with a text that it must have in it: looking for that is many times faster than the pattern. */
const OTHER_KEYS: readonly (readonly [hint: string, pattern: RegExp])[] = [
  ['AKIA', /(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/g], // AWS
  ['ASIA', /(?<![A-Za-z0-9])ASIA[A-Z0-9]{16}(?![A-Za-z0-9])/g],
  ['AIza', /(?<![A-Za-z0-9])AIza[\w-]{30,}/g], // Google
  ['ya29.', /(?<![A-Za-z0-9])ya29\.[\w-]{20,}/g],
  ['SG.', /(?<![A-Za-z0-9])SG\.[\w-]{16,}\.[\w-]{16,}/g], // SendGrid
  ['whsec_', /(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/=]{20,}/g], // Stripe webhooks
  ['hooks.slack.com', /(?<=hooks\.slack\.com\/services)\/[A-Za-z0-9/]{20,}/g],
]

/** A private key block; without its end (cut off by someone) it reaches to the end of the text. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g

/** Runs joined by dots, maximal by the lookbehind, so that no character is looked at from two starts. */
const DOTTED_RUN = /(?<![\w-])[\w-]+(?:\.[\w-]*)+/g
const JWT_START = /(?<![A-Za-z0-9])eyJ/

/** User information of a URL; also with the slashes escaped, as some JSON writers do. */
const URL_USER = /:\\{0,2}\/\\{0,2}\/([^\s/?#"'<>\\`]+)@/g

const SCHEME =
  /(?<![A-Za-z0-9])(bearer|basic|token|apikey|negotiate)(\s{1,4})(?!(?:bearer|basic|token|apikey)\s)([A-Za-z0-9._~+/=-]+)/gi
/** Words that follow "bearer" in prose. */
const PROSE =
  /^(?:tokens?|auth|authentication|authorization|is|was|are|of|or|and|not|in|for|to|with|from|scheme|format|header|headers|missing|required|invalid|expired|realm=?|error=?)[.,]?$/i

/** Replaces keys of known services, private key blocks and JWTs. */
export function scrubTokens(text: string, replacement: string): string {
  let out = text
  if (out.includes('-----BEGIN')) out = out.replace(PRIVATE_KEY, () => replacement)
  if (out.includes('eyJ')) out = out.replace(DOTTED_RUN, (run) => scrubJwt(run, replacement))
  if (MARKED_TAIL.test(out)) out = out.replace(MARKED_KEYS, () => replacement)
  for (const [hint, pattern] of OTHER_KEYS) if (out.includes(hint)) out = out.replace(pattern, () => replacement)
  return out
}

/** Header and payload of a JWT (RFC 7519) begin with the base64url of `{"`; the signature may have been cut off. */
function scrubJwt(run: string, replacement: string): string {
  const parts = run.split('.')
  let offset = 0
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] as string
    const start = part.search(JWT_START)
    if (start >= 0 && part.length - start >= 8 && (parts[i + 1] as string).length >= 4) {
      return run.slice(0, offset + start) + replacement
    }
    offset += part.length + 1
  }
  return run
}

/** Replaces user and password in front of a URL's host: both, because many services take a token as the user. `git@` stays. */
export function scrubUrlUsers(text: string, replacement: string): string {
  if (!text.includes('@')) return text
  return text.replace(URL_USER, (found: string, user: string) =>
    user === 'git' ? found : `${found.slice(0, found.length - user.length - 1)}${replacement}@`,
  )
}

/** Replaces what follows the name of an HTTP authentication scheme; the scheme stays readable. */
export function scrubSchemes(text: string, replacement: string): string {
  if (!mayHoldScheme(text)) return text
  return text.replace(SCHEME, (found: string, scheme: string, gap: string, value: string) =>
    isCredential(scheme.toLowerCase(), value) ? `${scheme}${gap}${replacement}` : found,
  )
}

/** Whether a word before white space ends like one of the schemes: far cheaper than the pattern, and false for most texts. */
function mayHoldScheme(text: string): boolean {
  for (let i = 5; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== 32 && (code < 9 || code > 13) && code < 0xa0) continue
    // …er …ic …en …ey …te
    const last = text.charCodeAt(i - 1) | 32
    const before = text.charCodeAt(i - 2) | 32
    if (
      before === 101
        ? last === 114 || last === 110 || last === 121
        : (before === 105 && last === 99) || (before === 116 && last === 101)
    ) {
      return true
    }
  }
  return false
}

/** Prose must stay ("basic authentication failed", "unexpected token foo"), credentials must not. */
function isCredential(scheme: string, value: string): boolean {
  if (scheme === 'bearer') return !PROSE.test(value)
  if (scheme === 'basic' && Buffer.from(value.slice(0, 1024), 'base64').includes(58)) return true
  return value.length >= 8 && (/[0-9]/.test(value) || /[a-z][A-Z]/.test(value) || /=$/.test(value) || value.length >= 24)
}
