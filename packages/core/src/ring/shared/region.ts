/** Memory that a producer and a writer share. */
export interface Region {
  readonly memory: ArrayBufferLike
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly bytes: Buffer
  /** How bytes get to the other side, where they do not simply are there. */
  readonly mirror: Mirror | undefined
}

/** Carries pieces of a region to and from a file. */
export interface Mirror {
  push(offset: number, length: number): void
  pull(offset: number, length: number): void
}

export function makeRegion(memory: ArrayBufferLike, mirror?: Mirror): Region {
  const { byteLength } = memory
  return {
    memory,
    // a file that somebody has cut may end anywhere
    words: new Int32Array(memory, 0, byteLength >> 2),
    doubles: new Float64Array(memory, 0, byteLength >> 3),
    bytes: Buffer.from(memory),
    mirror,
  }
}
