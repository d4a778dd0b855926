/**
 * Reads an entry as journald's source does, written apart from the encoder: what journald would drop, a field or the whole entry,
 * is an error here.
 */
export function parseEntry(bytes: Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>
  let position = 0
  while (position < bytes.length) {
    const end = bytes.indexOf(10, position)
    if (end === -1) throw new Error('Expected the entry to end with a line feed.')
    const equals = bytes.indexOf(61, position)
    const isText = equals !== -1 && equals < end
    const name = bytes.toString('latin1', position, isText ? equals : end)
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name)) throw new Error(`Expected a name that journald takes, got ${JSON.stringify(name)}.`)
    if (name in fields) throw new Error(`Expected ${name} once.`)
    if (isText) {
      fields[name] = bytes.toString('utf8', equals + 1, end)
      position = end + 1
      continue
    }
    const start = end + 1 + 8
    const length = Number(bytes.readBigUInt64LE(end + 1))
    fields[name] = bytes.toString('utf8', start, start + length)
    if (bytes[start + length] !== 10) throw new Error(`Expected a line feed behind ${name}.`)
    position = start + length + 1
  }
  if (Object.keys(fields).length > 1024) throw new Error('Expected at most 1024 fields.')
  return fields
}

/** The text as UTF-8 can hold it: a lone surrogate is U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}
