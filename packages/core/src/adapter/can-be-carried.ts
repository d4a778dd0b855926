/** Deeper than any option; also ends at a value that contains itself. */
const MAX_DEPTH = 32

/** Whether a value comes back from JSON as it was: no function, stream, class instance, BigInt, symbol or number that is none. */
export function canBeCarried(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (depth < MAX_DEPTH && isPlain(value) && entriesCanBeCarried(value, depth))
    case 'bigint':
    case 'function':
    case 'symbol':
      return false
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

function entriesCanBeCarried(value: object, depth: number): boolean {
  return !('toJSON' in value) && Object.values(value).every((item) => canBeCarried(item, depth + 1))
}
