import type { TestContext } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { GraylogAdapter, type GraylogOptions, resolveGraylogOptions } from '@holdfast/graylog'
import { Receiver } from './receiver.js'

/** An adapter for a receiver on this machine. */
export function adapterFor(port: number, options: Partial<GraylogOptions> = {}): GraylogAdapter {
  return new GraylogAdapter(resolveGraylogOptions({ host: '127.0.0.1', port, ...options }))
}

/** Writes with a limit of time. */
export async function send(adapter: Adapter, records: readonly LogRecord[], withinMs = 5000): Promise<void> {
  await adapter.write(records, AbortSignal.timeout(withinMs))
}

/** What a call that has to fail says. */
export async function failureOf(adapter: Adapter, records: readonly LogRecord[], withinMs = 5000): Promise<AdapterError> {
  try {
    await send(adapter, records, withinMs)
  } catch (error) {
    if (error instanceof AdapterError) return error
    throw error
  }
  throw new Error('Expected the call to fail, but it did not.')
}

/** What the lane does with a failure: goes on behind what was accepted. Returns how many calls failed. */
export async function sendUntilAccepted(adapter: Adapter, records: readonly LogRecord[], attempts = 50): Promise<number> {
  let rest = records
  for (let failures = 0; ; failures++) {
    try {
      await send(adapter, rest)
      return failures
    } catch (error) {
      if (!(error instanceof AdapterError) || failures >= attempts) throw error
      rest = rest.slice(error.accepted)
    }
  }
}

/** A receiver that ends with the test. */
export async function receive(test: TestContext, protocol: 'tcp' | 'udp' = 'tcp'): Promise<Receiver> {
  const receiver = await Receiver.start({ protocol })
  test.after(() => receiver.stop())
  return receiver
}

/** An adapter that is closed with the test. */
export function open(test: TestContext, port: number, options: Partial<GraylogOptions> = {}): GraylogAdapter {
  const adapter = adapterFor(port, options)
  test.after(() => adapter.close())
  return adapter
}

/** 1 to `count`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
