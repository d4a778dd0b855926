import { closeSync, readSync } from 'node:fs'
import type { RingIdentity } from '../ring/shared/identity.js'
import { makeRegion } from '../ring/shared/region.js'
import { readIdentity } from '../ring/shared/ring-view.js'
import { openRegular } from '../tree/open-regular.js'

const PAGE_BYTES = 4096

/** Who writes the ring in a file; `undefined` when it is not a ring, or is gone. */
export function readIdentityOf(path: string): RingIdentity | undefined {
  try {
    const { fd } = openRegular(path, 'read')
    try {
      const region = makeRegion(new ArrayBuffer(PAGE_BYTES))
      readSync(fd, region.bytes, 0, PAGE_BYTES, 0)
      return readIdentity(region)
    } finally {
      closeSync(fd)
    }
  } catch {
    // it is gone, not ours to read, or no ring: whatever it is, nobody can be found in it
    return undefined
  }
}
