import { connect } from 'node:net'
import {
  type Adapter,
  AdapterError,
  type AdapterFactory,
  type AdapterOptions,
  check,
  defineAdapter,
  type LogRecord,
} from 'holdfast'

export interface SinkOptions extends AdapterOptions {
  readonly socket: string
}

/** Sends each batch over a connection of its own; it is there when the server has answered. Now and then it fails for no reason. */
export const sinkAdapter: AdapterFactory<SinkOptions> = defineAdapter<SinkOptions>({
  name: 'sink',
  module: import.meta.url,
  options: { socket: check.required(check.text) },
  create: ({ name, socket }): Adapter => ({
    name,
    async write(batch, signal) {
      const mood = Math.random()
      if (mood < 0.02) throw new Error('Told to fail before anything was sent.')
      const some = mood < 0.04 ? batch.slice(0, batch.length >> 1) : batch
      await send(socket, some, signal)
      if (some.length < batch.length) throw new AdapterError('Told to take a half.', { accepted: some.length })
      if (mood < 0.06) throw new Error('Told to fail after everything was taken.')
    },
  }),
})

function send(socket: string, batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
  if (batch.length === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const connection = connect(socket)
    let answer = ''
    const abort = (): void => void connection.destroy(new Error('The time was up.'))
    signal.addEventListener('abort', abort, { once: true })
    connection.setEncoding('utf8')
    connection.on('data', (text: string) => {
      answer += text
    })
    connection.once('error', reject)
    connection.once('close', () => {
      signal.removeEventListener('abort', abort)
      if (answer === 'ok') resolve()
      else reject(new Error('The server ended before it answered.'))
    })
    connection.end(`${batch.map(({ json }) => json).join('\n')}\n`)
  })
}
