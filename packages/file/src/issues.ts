import { errorReason } from './error-code.js'

/** What may go wrong beside writing; none of it stops the log. */
export type IssueKind =
  | 'rotate'
  | 'reopen'
  | 'mode'
  | 'latest'
  | 'compress'
  | 'retain'
  | 'fsync'
  | 'format'
  | 'state'
  | 'resume'
  | 'place'

/** Troubles that last, each until the same step works again. */
export class Issues {
  readonly #reasons = new Map<IssueKind, string>()

  note(kind: IssueKind, error: unknown): void {
    this.#reasons.set(kind, errorReason(error))
  }

  clear(kind: IssueKind): void {
    if (this.#reasons.size > 0) this.#reasons.delete(kind)
  }

  /** All of them for people; `undefined` when there is none. */
  get reason(): string | undefined {
    if (this.#reasons.size === 0) return undefined
    return [...this.#reasons].map(([kind, reason]) => `${kind}: ${reason}`).join('; ')
  }

  /** Runs a step; true when it worked. What it throws becomes the issue of its kind. */
  attempt(kind: IssueKind, step: () => void): boolean {
    try {
      step()
      this.clear(kind)
      return true
    } catch (error) {
      this.note(kind, error)
      return false
    }
  }

  /** The same for a step that takes its time. */
  async attemptLater(kind: IssueKind, step: () => Promise<void>): Promise<boolean> {
    try {
      await step()
      this.clear(kind)
      return true
    } catch (error) {
      this.note(kind, error)
      return false
    }
  }
}
