import type { Gate, LoggerHandle, LoggerSpec, LogResult } from '@holdfast/api'
import type { BoundFields } from '../encode/encoder.js'
import type { LevelCell } from '../level-table.js'
import type { LoggerDefinition } from '../ring/producer.js'

/** Where a logger's calls go. */
export interface Emitter {
  readonly gate: Gate
  emit(
    state: LoggerState,
    level: number,
    first: unknown,
    second: unknown,
    third: unknown,
    rest: readonly unknown[] | undefined,
  ): LogResult
  below(
    state: LoggerState,
    level: number,
    first: unknown,
    second: unknown,
    third: unknown,
    rest: readonly unknown[] | undefined,
  ): LogResult
  isEnabled(state: LoggerState, level: number): boolean
}

/** One logger as a runtime knows it: its threshold, and everything about it that is encoded once. */
export class LoggerState implements LoggerHandle {
  readonly name: string
  readonly gate: Gate
  readonly cell: LevelCell
  readonly definition: LoggerDefinition
  readonly bound: BoundFields | undefined
  readonly serializers: LoggerSpec['serializers']
  readonly #pipeline: Emitter

  constructor(
    pipeline: Emitter,
    spec: LoggerSpec,
    cell: LevelCell,
    definition: LoggerDefinition,
    bound: BoundFields | undefined,
  ) {
    this.#pipeline = pipeline
    this.gate = pipeline.gate
    this.name = spec.name
    this.cell = cell
    this.definition = definition
    this.bound = bound
    this.serializers = spec.serializers
  }

  emit(level: number, first: unknown, second: unknown, third: unknown, rest: readonly unknown[] | undefined): LogResult {
    return this.#pipeline.emit(this, level, first, second, third, rest)
  }

  below(level: number, first: unknown, second: unknown, third: unknown, rest: readonly unknown[] | undefined): LogResult {
    return this.#pipeline.below(this, level, first, second, third, rest)
  }

  isEnabled(level: number): boolean {
    return this.#pipeline.isEnabled(this, level)
  }
}
