import { readFile } from 'node:fs/promises'
import { isIPv6, type Socket } from 'node:net'
import { endianness } from 'node:os'

const ADDRESS_CHARS = { tcp: 8, tcp6: 32 } as const
/** `:port ` in hexadecimal */
const PORT_CHARS = 6
/** The state of the connection and a space */
const STATE_CHARS = 3
const NUMBER_CHARS = 8

/**
 * Bytes that were sent on a connection and that the server's kernel has not acknowledged; `undefined` where the system does not tell
 * (only Linux does). Reads the table of all connections of this network namespace: that takes milliseconds, as the kernel looks through all of it.
 *
 * ```
 *   sl  local_address rem_address   st tx_queue rx_queue …
 *    1: 0100007F:A3B1 0100007F:2FA9 01 00000000:00000000 …
 * ```
 */
export async function unackedBytes(socket: Socket): Promise<number | undefined> {
  const { localPort, remotePort, remoteAddress } = socket
  if (process.platform !== 'linux' || localPort === undefined || remotePort === undefined) return undefined
  const name = remoteAddress === undefined || isIPv6(remoteAddress) ? 'tcp6' : 'tcp'
  const table = await readTable(name)
  const [local, remote] = [portText(localPort), portText(remotePort)]
  const address = name === 'tcp' ? hexAddress(remoteAddress ?? '') : ''
  for (let at = table.indexOf(local); at !== -1; at = table.indexOf(local, at + 1)) {
    const start = at + PORT_CHARS
    const end = start + ADDRESS_CHARS[name]
    const isOurs =
      table.toString('latin1', end, end + PORT_CHARS) === remote &&
      table.toString('latin1', start, start + address.length) === address
    const number = end + PORT_CHARS + STATE_CHARS
    if (isOurs) return Number.parseInt(table.toString('latin1', number, number + NUMBER_CHARS), 16)
  }
  return undefined
}

function portText(port: number): string {
  return `:${port.toString(16).padStart(4, '0').toUpperCase()} `
}

/** An IPv4 address as the table has it: on most machines the last byte first. */
function hexAddress(address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
  return (endianness() === 'LE' ? bytes.reverse() : bytes).join('')
}

/** Empty where it may not be read, as in a sandbox: then nothing is known. */
async function readTable(name: string): Promise<Buffer> {
  try {
    return await readFile(`/proc/self/net/${name}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Buffer.alloc(0)
    throw error
  }
}
