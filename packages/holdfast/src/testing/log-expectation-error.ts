/** A record that should be there is not, or one is there that should not be. The message shows what was captured. */
export class LogExpectationError extends Error {
  static {
    // not `AssertionError`: Jest would compare an `actual` and an `expected` that are not there
    LogExpectationError.prototype.name = 'LogExpectationError'
  }

  /** @param caller left out of the stack with everything that it called, so that runners point at the test */
  constructor(message: string, caller?: (...args: never) => unknown) {
    super(message)
    if (caller !== undefined) Error.captureStackTrace(this, caller)
  }
}
