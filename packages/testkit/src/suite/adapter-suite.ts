import type { AdapterRecipe, LogRecord } from '@holdfast/api'

/** Undoes what `breakIt` or `stallIt` did. What had arrived before must be there again afterwards. */
export type Heal = () => Promise<void> | void

/** What the contract suite has to know about an adapter. Every hook gets the folder of its test: empty, of its own, removed afterwards. */
export interface AdapterSuite {
  /** Name of the adapter, for the titles. */
  readonly name: string
  /** A recipe whose destination belongs to this folder: a file in it, or a stream or server that `setUp` made for it. */
  readonly recipe: (dir: string) => AdapterRecipe
  /** What the destination has accepted so far: one text for each record, in order of arrival. */
  readonly readBack: (dir: string) => Promise<readonly string[]> | readonly string[]
  /**
   * Whether a text is the form of a record. Adapters that change the line compare what they keep; `hasFirstWord` compares the first
   * word of the message, which no other record has. @default the text equals `record.json`
   */
  readonly matches?: (arrived: string, record: LogRecord) => boolean
  /** Runs before a test, to start a server or to make a stream. */
  readonly setUp?: (dir: string) => Promise<void> | void
  /** Runs after a test, also after a failed one. */
  readonly tearDown?: (dir: string) => Promise<void> | void
  /** Makes the destination refuse at once whatever it is sent, and connections too. Without it the rules about failures are skipped. */
  readonly breakIt?: (dir: string) => Promise<Heal> | Heal
  /** Makes the destination take what it is sent and never answer. Without it the rule about the signal of a pending call is skipped. */
  readonly stallIt?: (dir: string) => Promise<Heal> | Heal
  /** The factory itself. Without it the rules about wrong options are skipped. */
  readonly factory?: (options: never) => AdapterRecipe
  /** Options that the factory must refuse, every one of them, to be merged over valid ones. Without them one rule is skipped. */
  readonly badOptions?: Readonly<Record<string, unknown>>
  /** Rules that do not apply, by title, with the reason why; shown in the report. */
  readonly skip?: Readonly<Record<string, string>>
  /** Longest time that a call may take that has to settle, in milliseconds. @default 2000 */
  readonly settleMs?: number
}
