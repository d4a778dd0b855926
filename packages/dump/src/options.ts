import type { Level } from '@holdfast/api'
import type { LevelStyles, PresetName, ThemeName } from '@holdfast/format'

/** What a dump looks like: `text` for people, `json` for programs, `html_table` to explore in a browser, `html_txt` to read in one. */
export type DumpFormat = 'text' | 'json' | 'html_table' | 'html_txt'

/** A moment: a `Date`, milliseconds since 1970, or a text that `Date.parse` reads. */
export type Moment = Date | number | string

/** Which events to dump, how they look, and where they go. */
export interface DumpOptions extends SelectOptions {
  /** @default `text` */
  readonly format?: DumpFormat
  /**
   * A file to write; directories on the way are made. Readers see the old file or the whole new one, never a part. Without it the text is
   * returned. @default none
   */
  readonly path?: string
  /** Permissions of the file, whatever the umask: events name people and machines. @default 0o600 */
  readonly mode?: number
  /** Layout of a line, for `text` and `html_txt`. @default `full` */
  readonly preset?: PresetName
  /** Layout of your own, as `{timestamp} {LEVEL:<8} {message}{fields}`; wins over `preset`. @default none */
  readonly template?: string
  /** Colours, for `text` with `color` and for `html_txt`. @default `classic` */
  readonly theme?: ThemeName
  /** Style of a level and its message, by level name: `{ info: 'bold green' }`. Wins over the theme. @default none */
  readonly styles?: LevelStyles
  /** Whether `text` has SGR codes. @default false */
  readonly color?: boolean
  /** Time zone of the `_loc` placeholders, as `Europe/Vienna`. @default the zone of the process */
  readonly timeZone?: string
  /** Title of a page. @default `Holdfast dump` */
  readonly title?: string
  /** When the dump was taken, as a page says it. @default now */
  readonly takenAt?: Moment
}

/** Which events to dump. All that is given has to hold. */
export interface SelectOptions {
  /** Only events at this level and above. @default `trace` */
  readonly level?: Level
  /** Only events at this time and later. @default from the first */
  readonly since?: Moment
  /** Only events before this time. @default to the last */
  readonly until?: Moment
  /** Only this logger and those below it: `encoder` is also `encoder.ffmpeg`. A pattern or a match is held against the whole name. @default all */
  readonly logger?: string | RegExp | FieldMatch
  /** Only events whose message has this text, in any case. A pattern or a match is held against the message. @default all */
  readonly message?: string | RegExp | FieldMatch
  /** Only events with these fields. @default all */
  readonly filters?: DumpFilters
  /** Only the newest of what all the others leave over. @default all */
  readonly limit?: number
  /**
   * How long all patterns of a dump may take together, in milliseconds. A pattern that takes exponential time on some text ends the dump
   * with a `DumpError` then, not the process. @default 2000
   */
  readonly patternTimeoutMs?: number
}

/** Fields by name, in the three places where an event has them. Every field has to match. */
export interface DumpFilters {
  /** Known fields of the context, as `bind` calls them (`jobId`) or as the line does (`job_id`); `traceId` and `spanId` too. */
  readonly context?: FieldFilters
  /** Fields that the application bound: keys of `context.extra`. */
  readonly contextExtra?: FieldFilters
  /** Fields of the call. */
  readonly extra?: FieldFilters
}

/** A filter for each field. `a.b` is the key `a.b`, or else `b` within `a`. */
export type FieldFilters = Readonly<Record<string, FieldFilter>>

/** A value (exactly this one), a pattern, a match, or a list of which one has to hold. `null` also matches a field that is absent. */
export type FieldFilter = FieldValue | RegExp | FieldMatch | readonly (FieldValue | RegExp | FieldMatch)[]

/** What a field can be compared with as it is. */
export type FieldValue = string | number | boolean | null

/** One way to match, with exactly one of the keys (and `flags` beside `regex`). All but `exact` look at the text of the value. */
export interface FieldMatch {
  /** This value, of this type. An object or array is compared in depth. */
  readonly exact?: unknown
  /** Has this text. */
  readonly contains?: string
  /** Has this text, in any case. */
  readonly icontains?: string
  /** Matches this pattern somewhere. */
  readonly regex?: string | RegExp
  /** Flags of a `regex` that is a text, as `i`. @default none */
  readonly flags?: string
}

/** What a dump holds. */
export interface DumpSummary {
  readonly format: DumpFormat
  /** Events in it, with those that could not be read. */
  readonly count: number
  /** Records that could not be read, and stand in it as marked rows. */
  readonly unreadable: number
  /** Records that were left out by level, time, filters or limit. */
  readonly leftOut: number
  /** Its size in UTF-8. */
  readonly bytes: number
}

/** A dump that was returned. */
export interface DumpText extends DumpSummary {
  readonly text: string
  readonly path?: undefined
}

/** A dump that was written. */
export interface DumpFile extends DumpSummary {
  /** The file, absolute. */
  readonly path: string
  readonly text?: undefined
}

/** What `dumpRecords` answers: `text`, or `path` when it was given one. */
export type DumpResult = DumpText | DumpFile
