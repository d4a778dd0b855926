const CHUNK_CHARS = 16 * 1024

/** Joins small pieces into chunks of about 16 Ki characters: a few milliseconds of work each, and never the whole dump in one string. */
export function* inChunks(pieces: Iterable<string>): Generator<string, void, void> {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK_CHARS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
