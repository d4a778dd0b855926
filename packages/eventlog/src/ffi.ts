import { createRequire } from 'node:module'
import { MissingPiece } from './missing-piece.js'
import type { EventType } from './options.js'
import { type EventEntry, type EventSource, WindowsError, type WindowsEvents } from './transport.js'

type Koffi = typeof import('koffi')
type Pointer = bigint | null
type Call<A extends readonly unknown[], R> = (...args: A) => R

/** The functions of Windows that are used, as koffi binds them. */
interface Functions {
  readonly registerEventSource: Call<[server: null, source: string], Pointer>
  readonly deregisterEventSource: Call<[handle: Pointer], number>
  readonly reportEvent: Call<
    [
      handle: Pointer,
      type: number,
      category: number,
      id: number,
      sid: null,
      count: number,
      dataSize: number,
      strings: readonly string[],
      data: null,
    ],
    number
  >
  readonly openKey: Call<[parent: number, path: string, options: number, access: number, opened: [Pointer]], number>
  readonly nameOfKey: Call<
    [key: Pointer, index: number, name: Uint16Array, length: [number], a: null, b: null, c: null, d: null],
    number
  >
  readonly closeKey: Call<[key: Pointer], number>
  readonly getLastError: Call<[], number>
}

/** EVENTLOG_INFORMATION_TYPE and its like. */
const TYPES: Readonly<Record<EventType, number>> = { information: 4, warning: 2, error: 1 }
const LOGS = 'SYSTEM\\CurrentControlSet\\Services\\EventLog'
/** HKEY_LOCAL_MACHINE, 0x80000002, with its sign. */
const LOCAL_MACHINE = -0x7ffffffe
const KEY_READ = 0x20019
const KEY_NAME_MAX = 256
const SUCCESS = 0

/** The Event Log of this system. Throws `MissingPiece` where there is none, or nothing to call it with. */
export function loadWindows(): WindowsEvents {
  if (process.platform !== 'win32') {
    throw new MissingPiece(`Expected Windows for the Event Log adapter, got \`${process.platform}\`.`, {
      code: 'UNSUPPORTED_PLATFORM',
      cure: "Leave it out there, or use `eventlogAdapter({ platform: 'skip' })`.",
    })
  }
  const functions = bind(loadKoffi())
  return {
    open: (source) => new OpenSource(functions, source),
    isRegistered: (source) => logNames(functions).some((log) => keyExists(functions, `${LOGS}\\${log}\\${source}`)),
  }
}

class OpenSource implements EventSource {
  readonly #functions: Functions
  readonly #handle: Pointer

  constructor(functions: Functions, source: string) {
    this.#functions = functions
    this.#handle = functions.registerEventSource(null, source)
    if (this.#handle === null || this.#handle === 0n) throw new WindowsError('RegisterEventSource', functions.getLastError())
  }

  report({ type, category, id, strings }: EventEntry): void {
    const { reportEvent, getLastError } = this.#functions
    const done = reportEvent(this.#handle, TYPES[type], category, id, null, strings.length, 0, strings, null)
    if (done === 0) throw new WindowsError('ReportEvent', getLastError())
  }

  /** A handle that cannot be closed is gone already. */
  close(): void {
    this.#functions.deregisterEventSource(this.#handle)
  }
}

/** The logs whose sources are in the registry: Application, System and those that programs made. */
function logNames(functions: Functions): readonly string[] {
  return (
    withKey(functions, LOGS, (key) => {
      const names: string[] = []
      const name = new Uint16Array(KEY_NAME_MAX)
      for (;;) {
        const length: [number] = [KEY_NAME_MAX]
        if (functions.nameOfKey(key, names.length, name, length, null, null, null, null) !== SUCCESS) return names
        names.push(String.fromCharCode(...name.subarray(0, length[0])))
      }
    }) ?? []
  )
}

function keyExists(functions: Functions, path: string): boolean {
  return withKey(functions, path, () => true) ?? false
}

function withKey<T>(functions: Functions, path: string, run: (key: Pointer) => T): T | undefined {
  const opened: [Pointer] = [null]
  if (functions.openKey(LOCAL_MACHINE, path, 0, KEY_READ, opened) !== SUCCESS) return undefined
  try {
    return run(opened[0])
  } finally {
    functions.closeKey(opened[0])
  }
}

function bind(koffi: Koffi): Functions {
  const advapi = koffi.load('advapi32.dll')
  const kernel = koffi.load('kernel32.dll')
  return {
    registerEventSource: advapi.func('void *__stdcall RegisterEventSourceW(str16 server, str16 source)'),
    deregisterEventSource: advapi.func('int __stdcall DeregisterEventSource(void *handle)'),
    reportEvent: advapi.func(
      'int __stdcall ReportEventW(void *handle, uint16_t type, uint16_t category, uint32_t id, void *sid, uint16_t count, uint32_t dataSize, const str16 *strings, void *data)',
    ),
    openKey: advapi.func(
      'long __stdcall RegOpenKeyExW(intptr_t parent, str16 path, uint32_t options, uint32_t access, _Out_ void **opened)',
    ),
    nameOfKey: advapi.func(
      'long __stdcall RegEnumKeyExW(void *key, uint32_t index, _Out_ uint16_t *name, _Inout_ uint32_t *length, void *a, void *b, void *c, void *d)',
    ),
    closeKey: advapi.func('long __stdcall RegCloseKey(void *key)'),
    getLastError: kernel.func('uint32_t __stdcall GetLastError()'),
  }
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi
  } catch (cause) {
    const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ERR_DLOPEN_DISABLED') {
      const cure = 'Start Node.js with `--allow-addons` beside `--permission`.'
      throw new MissingPiece('Expected `koffi` to be allowed to load its native part.', { code, cure, cause })
    }
    const what = code === 'MODULE_NOT_FOUND' ? 'be installed' : 'load'
    const message = `Expected \`koffi\` to ${what}: the Event Log adapter calls Windows through it.`
    throw new MissingPiece(message, { code: 'KOFFI_MISSING', cure: 'Run `npm install koffi`.', cause })
  }
}
