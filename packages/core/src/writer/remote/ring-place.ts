/** Where a ring lies that a writer elsewhere reads. */
export interface RingPlace {
  /** What is in it outlives this process. */
  readonly isKept: boolean
  /** Looks now and then whether it is there still, and tells when it is not. */
  look(): void
  /** Hands it to the next runtime of this thread: everything in it is delivered. */
  park(): void
}

/** Memory of this process. */
export const IN_MEMORY: RingPlace = { isKept: false, look: () => undefined, park: () => undefined }
