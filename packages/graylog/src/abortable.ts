/** The promise, or the signal's reason when that comes first. The promise's own failure is then of no interest. */
export async function abortable<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  let abort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort)
  }
}

function ignore(): void {
  // whoever waits has been answered by the signal
}
