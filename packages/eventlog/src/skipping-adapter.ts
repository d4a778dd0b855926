import type { Adapter } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'

/**
 * Stands in for the adapter where there is no Event Log. Its lane is off and gives it nothing; whoever writes to it directly is told
 * that nothing was accepted.
 */
export function skippingAdapter(name: string): Adapter {
  const refuse = (): never => {
    throw new AdapterError(`Nothing is written to the Windows Event Log on \`${process.platform}\`.`, {
      accepted: 0,
      retryable: false,
      code: 'SKIPPED',
    })
  }
  return { name, write: refuse, writeSync: refuse, health: () => ({ state: 'ok', details: { skipped: true } }) }
}
