import { Writable } from 'node:stream'
import type { AdapterRecipe } from '@holdfast/api'
import { type ConsoleStream, consoleAdapter } from '@holdfast/console'
import { describeAdapter } from '@holdfast/testkit'
import { buildConsole } from '../dist/adapter.js'
import type { Descriptor } from '../dist/transport.js'
import { settingsOf } from './records.js'

const badOptions = { format: 'xml', theme: 'none', level: 'loud', stream: 'printer', batchMaxEvents: -1 }

/** A destination in memory that can be broken and stalled. */
class Place {
  readonly #chunks: Uint8Array[] = []
  mode: 'fine' | 'broken' | 'stalled' = 'fine'

  add(chunk: string | Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk as Uint8Array))
  }

  get lines(): readonly string[] {
    return Buffer.concat(this.#chunks).toString().split('\n').slice(0, -1)
  }

  set(mode: Place['mode']): () => void {
    this.mode = mode
    return () => {
      this.mode = 'fine'
    }
  }
}

const places = new Map<string, Place>()

function placeOf(dir: string): Place {
  const place = places.get(dir) ?? new Place()
  places.set(dir, place)
  return place
}

const inMemory = {
  readBack: (dir: string) => placeOf(dir).lines,
  breakIt: (dir: string) => placeOf(dir).set('broken'),
  tearDown: (dir: string) => void places.delete(dir),
}

/** Bytes go a few hundred at a time, as into a pipe. */
function descriptorOf(place: Place): Descriptor {
  return {
    kind: 'descriptor',
    label: 'stdout',
    isTTY: false,
    take: (bytes) => {
      if (place.mode === 'broken') throw Object.assign(new Error('EPIPE: broken pipe, write'), { code: 'EPIPE' })
      if (place.mode === 'stalled')
        throw Object.assign(new Error('EAGAIN: resource temporarily unavailable, write'), { code: 'EAGAIN' })
      const part = bytes.subarray(0, 100_000)
      place.add(part)
      return part.length
    },
    close: () => undefined,
  }
}

describeAdapter({
  name: 'console on a descriptor',
  recipe: (dir): AdapterRecipe => ({
    ...consoleAdapter({ format: 'json' }),
    create: () => buildConsole('console', settingsOf(), [descriptorOf(placeOf(dir))]),
  }),
  ...inMemory,
  stallIt: (dir) => placeOf(dir).set('stalled'),
  factory: consoleAdapter,
  badOptions,
})

function streamOf(place: Place): ConsoleStream {
  return {
    write: (text) => {
      if (place.mode === 'broken') throw new Error('the paper is out')
      place.add(text)
    },
  }
}

describeAdapter({
  name: 'console on an object with write',
  recipe: (dir) => consoleAdapter({ format: 'json', stream: streamOf(placeOf(dir)) }),
  ...inMemory,
  factory: consoleAdapter,
  badOptions,
})

/** Answers each chunk later, or keeps it until it is healed. */
function nodeStreamOf(place: Place): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      const answer = (): void => {
        if (place.mode === 'stalled') {
          setTimeout(answer, 5)
          return
        }
        place.add(chunk)
        done()
      }
      setImmediate(answer)
    },
  })
}

describeAdapter({
  name: 'console on a Node.js stream',
  recipe: (dir) => consoleAdapter({ format: 'json', stream: nodeStreamOf(placeOf(dir)) }),
  readBack: inMemory.readBack,
  tearDown: inMemory.tearDown,
  stallIt: (dir) => placeOf(dir).set('stalled'),
  factory: consoleAdapter,
  badOptions,
})
