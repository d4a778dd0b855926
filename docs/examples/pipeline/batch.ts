export interface JobFile {
  readonly index: number
  readonly path: string
}

/** What a worker is sent. */
export interface Batch {
  readonly files: readonly JobFile[]
  /** SIGKILL takes the worker behind so many files of this batch. */
  readonly killAfter?: number
}

/** What a worker answers for each file. */
export interface FileDone {
  readonly index: number
  /** Absent when it could not be compressed. */
  readonly savedBytes?: number
}

/** A worker's life: batches come in, each is worked off in one go, and the end is that the channel closes. */
export function serveBatches(compressOne: (file: JobFile) => number | undefined, close: () => unknown): void {
  process.on('message', ({ files, killAfter }: Batch) => {
    for (const [position, file] of files.entries()) {
      const savedBytes = compressOne(file)
      // inside the loop, with no warning: as the kernel does it when memory is short
      if (position + 1 === killAfter) process.kill(process.pid, 'SIGKILL')
      const done: FileDone = { index: file.index, ...(savedBytes === undefined ? {} : { savedBytes }) }
      process.send?.(done)
    }
  })
  process.once('disconnect', close)
}
