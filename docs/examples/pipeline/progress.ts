const INTERVAL_MS = 100
const PLAIN_INTERVAL_MS = 1000
const WIDTH = 24

/** A progress line at the bottom of the terminal that log lines push up instead of tearing; off a terminal, a plain line a second. */
export class Progress {
  readonly #isTty = process.stderr.isTTY === true
  #line = ''
  #nextAt = 0

  /** For the console adapter: what is written appears above the progress line. */
  readonly stream: { write(text: string): boolean; readonly isTTY: boolean } = {
    isTTY: this.#isTty,
    write: (text) => {
      this.#clear()
      process.stderr.write(text)
      return this.#draw()
    },
  }

  /** A line above the progress line. */
  say(text: string): void {
    this.stream.write(`${text}\n`)
  }

  update(done: number, total: number, title = ''): void {
    const now = performance.now()
    if (now < this.#nextAt && done < total) return
    this.#nextAt = now + (this.#isTty ? INTERVAL_MS : PLAIN_INTERVAL_MS)
    const filled = Math.round((done / total) * WIDTH)
    this.#clear()
    const text = `${done}/${total} files${title === '' ? '' : `  ${title}`}`
    this.#line = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${text}`
    if (this.#isTty) this.#draw()
    else process.stderr.write(`progress: ${text}\n`)
  }

  end(): void {
    this.#clear()
    this.#line = ''
    this.#nextAt = 0
  }

  #draw(): boolean {
    return this.#isTty && this.#line !== '' ? process.stderr.write(this.#line) : true
  }

  #clear(): void {
    if (this.#isTty && this.#line !== '') process.stderr.write('\r\u001b[2K')
  }
}
