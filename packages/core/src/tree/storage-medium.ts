import { statfsSync } from 'node:fs'

/**
 * Where a path lies, and so what the files there survive.
 *
 * - `disk`: the processes, and a power loss as far as the kernel had written.
 * - `memory`: the processes, not a start of the machine.
 * - `container`: the processes; they go with the container's own layer.
 * - `network`: another machine may use them at the same time, and mapped memory may fault when the server is away.
 */
export type StorageMedium = 'disk' | 'memory' | 'container' | 'network'

// `f_type` of statfs(2). FUSE is not among them: it is sshfs, but also an encrypted home or a rootless container's layer.
const MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]) // tmpfs, ramfs
const CONTAINER: ReadonlySet<number> = new Set([0x794c_7630, 0x6175_6673]) // overlayfs, aufs
const NETWORK: ReadonlySet<number> = new Set([
  0x6969, // nfs
  0x517b, // smb
  0xff53_4d42, // cifs
  0xfe53_4d42, // smb2
  0x00c3_6400, // ceph
  0x5346_414f, // afs
  0x6b41_4653, // kafs
  0x0102_1997, // 9p
  0x7673_7366, // vboxsf
  0x0bd0_0bd0, // lustre
  0x4750_4653, // gpfs
  0x1983_0326, // beegfs
  0x7461_636f, // ocfs2
  0x0116_1970, // gfs2
])

/** Only Linux tells; elsewhere, and for a path that is not there, it counts as a disk. */
export function storageMedium(path: string): StorageMedium {
  return process.platform === 'linux' ? mediumOfType(typeAt(path)) : 'disk'
}

export function mediumOfType(type: number): StorageMedium {
  const unsigned = type >>> 0 // sign-extended where the field has 32 bits
  if (MEMORY.has(unsigned)) return 'memory'
  if (CONTAINER.has(unsigned)) return 'container'
  return NETWORK.has(unsigned) ? 'network' : 'disk'
}

function typeAt(path: string): number {
  try {
    return statfsSync(path).type
  } catch {
    return 0
  }
}
