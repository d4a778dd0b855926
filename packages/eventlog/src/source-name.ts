/** A source is a key of the registry: no longer than names of keys may be, and no path. */
const MAX_CHARS = 255
const FORBIDDEN = /[\\\p{Cc}\p{Cs}]/gu

/** What a name of a source has to be, for errors. */
export const SOURCE_NAME = 'a name of at most 255 characters without `\\` and control characters'

/** Whether a text can name a source. */
export function isSourceName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_CHARS && value.search(FORBIDDEN) === -1
}

/** A name for a source made of the name of a service, whatever that is. */
export function toSourceName(service = ''): string {
  const name = service.slice(0, MAX_CHARS).replace(FORBIDDEN, '-').trim()
  return name === '' ? 'holdfast' : name
}
