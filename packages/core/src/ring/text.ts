/**
 * Text in and out of bytes. Node's one-encoding methods skip the option handling of `write` and `toString`
 * (about 30 ns a call, `npm run bench -- tick`); they are there in Node 20 to 26 and have stood in `buffer` since the beginning.
 */
interface FastBuffer extends Buffer {
  utf8Write(text: string, offset: number): number
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
}

const hasFastMethods = ['utf8Write', 'latin1Slice', 'utf8Slice'].every((name) => name in Buffer.prototype)

/** Writes UTF-8 and returns the number of bytes. */
export const writeUtf8: (bytes: Buffer, text: string, offset: number) => number = hasFastMethods
  ? (bytes, text, offset) => (bytes as FastBuffer).utf8Write(text, offset)
  : (bytes, text, offset) => bytes.write(text, offset, 'utf8')

export const readLatin1: (bytes: Buffer, start: number, end: number) => string = hasFastMethods
  ? (bytes, start, end) => (bytes as FastBuffer).latin1Slice(start, end)
  : (bytes, start, end) => bytes.toString('latin1', start, end)

export const readUtf8: (bytes: Buffer, start: number, end: number) => string = hasFastMethods
  ? (bytes, start, end) => (bytes as FastBuffer).utf8Slice(start, end)
  : (bytes, start, end) => bytes.toString('utf8', start, end)
