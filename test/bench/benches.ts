import type { Bench } from './bench.js'
import { boundChild } from './bound-child.bench.js'
import { callFields } from './call-fields.bench.js'
import { disabled } from './disabled.bench.js'
import { importing } from './import.bench.js'
import { retention } from './retention.bench.js'
import { scrubbing } from './scrub.bench.js'
import { staticMessage } from './static-message.bench.js'
import { tickFields } from './tick-fields.bench.js'
import { writerEndToEnd } from './writer-end-to-end.bench.js'
import { writerFields } from './writer-fields.bench.js'
import { writerLatency } from './writer-latency.bench.js'

/** Every question, in the order of the report. */
export const BENCHES: readonly Bench[] = [
  tickFields,
  callFields,
  staticMessage,
  boundChild,
  scrubbing,
  writerFields,
  writerLatency,
  writerEndToEnd,
  retention,
  disabled,
  importing,
]
