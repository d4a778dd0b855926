/** What differs between the systems whose numbers we know. */
export interface System {
  /** Where the C library is, tried in order; null is the program itself, which has it loaded. */
  readonly libraries: readonly (string | null)[]
  /** The function that tells where errno is. */
  readonly errno: '__errno_location' | '__error'
  readonly mapAnonymous: number
  readonly hasFallocate: boolean
}

const MUSL_NAMES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ppc64: 'powerpc64le' }
/** On 32 bits the width of a file offset differs between C libraries. */
const WIDE = ['x64', 'arm64', 'riscv64', 'loong64', 'ppc64', 's390x']

/** The system of this process, or why mapping is not known there. */
export function knownSystem(platform: string = process.platform, arch: string = process.arch): System | string {
  if (!WIDE.includes(arch)) return `expected a processor of 64 bits, got ${arch}`
  if (platform === 'linux') {
    const musl = `libc.musl-${MUSL_NAMES[arch] ?? arch}.so.1`
    return { libraries: [null, 'libc.so.6', musl, 'libc.so'], errno: '__errno_location', mapAnonymous: 0x20, hasFallocate: true }
  }
  if (platform === 'darwin') {
    return { libraries: [null, '/usr/lib/libSystem.B.dylib'], errno: '__error', mapAnonymous: 0x1000, hasFallocate: false }
  }
  return `expected Linux or macOS, got ${platform}`
}

/** Loads the C library from the first place that has it. */
export function fromLibrary<T>({ libraries }: System, load: (library: string | null) => T): T {
  const failures: unknown[] = []
  for (const library of libraries) {
    try {
      return load(library)
    } catch (error) {
      failures.push(error)
    }
  }
  throw failures[0]
}
