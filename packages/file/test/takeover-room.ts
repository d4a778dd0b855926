import assert from 'node:assert/strict'
import type { LogRecord } from '@holdfast/api'
import type { FileOptions } from '@holdfast/file'
import { Room } from './room.js'
import { eventOf, originOf, textOf } from './writer.js'

const HOME = { stateDir: '/state' }
export const STATE = '/state/current.json'
export const PATH = '/logs/app.log'
export const DIRECTORY = { dir: '/logs', prefix: 'app', latest: false } as const
export const TEXT = { path: PATH, format: textOf } as const
export const A = originOf(0)

export function roomWith(options: FileOptions): Room {
  return new Room(options, HOME)
}

export function events(from: number, to: number): readonly LogRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => eventOf(0, from + index))
}

export function linesOf(from: number, to: number): string {
  return events(from, to)
    .map(({ json }) => `${json}\n`)
    .join('')
}

/** Starts a writer after the one before was killed. */
export function restart(room: Room): ReadonlyMap<string, number> {
  return room.start().resume?.() ?? assert.fail('no resume')
}
