import type { ContextFields } from '@holdfast/api'
import type { TraceContext } from '../config/runtime-config.js'
import type { Encoder } from '../encode/encoder.js'
import type { ContextDefinition } from '../ring/producer.js'
import { type BoundContext, extendContext } from './bound-context.js'

/** The runtime's own context, replaced as a whole when `bindProcess` changes it. */
export interface BaseContext {
  readonly bound: BoundContext
  readonly rendered: ContextDefinition
}

/** Turns contexts into JSON, each once: a context is serialised per bind, not per event. */
export class ContextRenderer {
  readonly #encoder: Encoder
  #base: BaseContext

  constructor(encoder: Encoder, fields: ContextFields) {
    this.#encoder = encoder
    this.#base = this.#makeBase(extendContext(undefined, fields, undefined))
  }

  get base(): BaseContext {
    return this.#base
  }

  /** Extends the runtime's own context; contexts under way are rendered again on their next use. */
  extendBase(fields: ContextFields): void {
    this.#base = this.#makeBase(extendContext(this.#base.bound, fields, undefined))
  }

  /** The trace that a context belongs to; the runtime's own when it says nothing about it. */
  traceOf(context: BoundContext | undefined): TraceContext | undefined {
    const trace = context?.trace
    return (trace === undefined ? this.#base.bound.trace : trace) ?? undefined
  }

  /** The definition of a context, or of the runtime's own when nothing is bound. */
  definition(context: BoundContext | undefined): ContextDefinition {
    if (context === undefined) return this.#base.rendered
    if (context.rendered !== undefined && context.renderedWith === this.#base) return context.rendered
    const definition: ContextDefinition = {
      json: this.#encoder.context({ ...this.#base.bound.fields, ...context.fields }),
      segment: 0,
      ref: 0,
    }
    context.rendered = definition
    context.renderedWith = this.#base
    return definition
  }

  #makeBase(bound: BoundContext): BaseContext {
    return { bound, rendered: { json: this.#encoder.context(bound.fields), segment: 0, ref: 0 } }
  }
}
