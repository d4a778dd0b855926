import { systemClock } from '@holdfast/core'

/** How a call ended. */
export type Outcome =
  | { readonly state: 'resolved' }
  | { readonly state: 'rejected'; readonly error: unknown }
  | { readonly state: 'pending' }

/**
 * Runs a call and tells how it ended, or that it did not within the time. A throw counts as a rejection.
 * Its timer is gone when it resolves, so that it never looks like one of the adapter's.
 */
export function outcomeWithin(ms: number, call: () => unknown): Promise<Outcome> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, () => resolve({ state: 'pending' }), { keepAlive: true })
    outcomeOf(call).then((outcome) => {
      cancel()
      resolve(outcome)
    })
  })
}

/** Waits in real time: adapters under test have timers and sockets of their own. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve, { keepAlive: true }))
}

async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    await call()
    return { state: 'resolved' }
  } catch (error) {
    return { state: 'rejected', error }
  }
}
