import type { Adapter, AdapterRecipe, LogRecord } from '@holdfast/api'
import type { AdapterSuite, Heal } from './adapter-suite.js'

/** One line of the contract and the test of it. */
export interface Rule {
  /** The line, word for word as in `docs/adapter-contract.md`. */
  readonly title: string
  /** Hooks of the suite without which the rule cannot be tested. */
  readonly needs?: readonly ('breakIt' | 'stallIt' | 'factory' | 'badOptions')[]
  /** Methods of the adapter without which the rule does not apply. */
  readonly ifHas?: readonly ('writeSync' | 'reopen' | 'health' | 'resume')[]
  /** Checked through `write`, and in a second room through `writeSync` where the adapter has it: a writer may use either. */
  readonly bothWays?: true
  readonly check: (room: Room) => Promise<void>
}

/** The rules of one chapter of the contract. */
export interface Chapter {
  readonly title: string
  readonly rules: readonly Rule[]
}

/** Everything that one test works with. Adapters that it opens are closed when it ends. */
export interface Room {
  readonly dir: string
  readonly suite: AdapterSuite
  readonly settleMs: number
  recipe(): AdapterRecipe
  /** Builds an adapter from a new recipe. */
  open(): Adapter
  /** The same with a home, always the same one, as a writer builds it that can be restarted. */
  openAtHome(): Adapter
  /** Replaces what stands in the home by something else. */
  damageHome(): Promise<void>
  /** Hands the adapter over to the test: it is not closed at the end. */
  release(adapter: Adapter): void
  /** Writes a batch in the way that this room is for; nobody aborts the signal. */
  write(adapter: Adapter, batch: readonly LogRecord[]): Promise<void>
  /** For each text at the destination, the index of the record that it is the form of, or -1. */
  arrivals(records: readonly LogRecord[]): Promise<readonly number[]>
  breakIt(): Promise<Heal>
  stallIt(): Promise<Heal>
}
