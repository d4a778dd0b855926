import { join } from 'node:path'

/** Where the parts of a soak find each other. */
export interface SoakFolder {
  readonly path: string
  readonly log: string
  readonly spool: string
  readonly counters: string
  /** What the sink took. */
  readonly sunk: string
  /** What the adapter took that cannot process some events. */
  readonly picked: string
  readonly socket: string
  /** There when producers are to end. */
  readonly stop: string
  readonly errors: string
}

export function soakFolder(path: string): SoakFolder {
  return {
    path,
    log: join(path, 'logs', 'app.log'),
    spool: join(path, 'spool'),
    counters: join(path, 'counters'),
    sunk: join(path, 'sunk.log'),
    picked: join(path, 'picked.log'),
    socket: join(path, 'sink.sock'),
    stop: join(path, 'stop'),
    errors: join(path, 'errors.log'),
  }
}

/** What the root of the tree tells those who watch it. */
export type RootMessage =
  | { readonly kind: 'producers'; readonly pids: readonly number[]; readonly started: number }
  | { readonly kind: 'diagnostic'; readonly name: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly kind: 'ended'; readonly timedOut: boolean; readonly restarts: number; readonly state: string }
