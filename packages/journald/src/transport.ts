/**
 * A datagram socket that is never connected: each send looks the path up again, so that a restarted journald is found without more ado.
 * What comes back is the name of the system's error, as `EAGAIN`, or `undefined` when the kernel has taken it.
 */
export interface DatagramTransport {
  /** @param mayBlock waits for room for a few milliseconds instead of answering `EAGAIN` at once */
  send(bytes: Uint8Array, length: number, mayBlock: boolean): string | undefined
  /** Makes a sealed file in memory, for what is too large for a datagram. Throws the system's error, with its `code`. */
  makeFile(bytes: Uint8Array, length: number): number
  /** Sends the file in the place of bytes. */
  sendFile(file: number, mayBlock: boolean): string | undefined
  closeFile(file: number): void
  close(): void
}
