import type { Encoder } from '../encode/encoder.js'
import type { ContextDefinition } from '../ring/producer.js'
import type { BoundContext } from './bound-context.js'

/** The runtime's own context, replaced as a whole when `bindProcess` changes it. */
export interface BaseContext {
  readonly fields: Readonly<Record<string, unknown>>
  readonly rendered: ContextDefinition
}

/** Turns contexts into JSON, each once: a context is serialised per bind, not per event. */
export class ContextRenderer {
  readonly #encoder: Encoder
  #base: BaseContext

  constructor(encoder: Encoder, fields: Readonly<Record<string, unknown>>) {
    this.#encoder = encoder
    this.#base = this.#makeBase(fields)
  }

  get base(): BaseContext {
    return this.#base
  }

  /** Replaces the runtime's own fields; contexts under way are rendered again on their next use. */
  extendBase(fields: Readonly<Record<string, unknown>>): void {
    this.#base = this.#makeBase({ ...this.#base.fields, ...fields })
  }

  /** The definition of a context, or of the runtime's own when nothing is bound. */
  definition(context: BoundContext | undefined): ContextDefinition {
    if (context === undefined) return this.#base.rendered
    if (context.rendered !== undefined && context.renderedWith === this.#base) return context.rendered
    const definition: ContextDefinition = {
      json: this.#encoder.context({ ...this.#base.fields, ...context.fields }),
      segment: 0,
      ref: 0,
    }
    context.rendered = definition
    context.renderedWith = this.#base
    return definition
  }

  #makeBase(fields: Readonly<Record<string, unknown>>): BaseContext {
    return { fields, rendered: { json: this.#encoder.context(fields), segment: 0, ref: 0 } }
  }
}
