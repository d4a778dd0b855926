import { workerData } from 'node:worker_threads'
import { openAsideOfService } from '../aside/open-aside.js'
import { onTimerFailure, systemClock } from '../clock.js'
import { describeError, writeStderr } from '../diagnostics/hub.js'
import { makeRegion } from '../ring/shared/region.js'
import { RingView } from '../ring/shared/ring-view.js'
import { Control } from './control.js'
import { markAsWriter } from './is-writer.js'
import { planLanes } from './lane-plan.js'
import { pollLoop } from './poll-loop.js'
import { notifiedSleeper } from './sleeper.js'
import { noteWhoEndsIt, Suspects } from './suspects.js'
import { WriterHost } from './writer-host.js'
import type { WriterSpec } from './writer-spec.js'

/** What the thread is started with. */
export interface ThreadData {
  readonly holdfastWriter: true
  readonly spec: WriterSpec
  readonly epoch: number
  readonly control: SharedArrayBuffer
  readonly ring: SharedArrayBuffer
}

/** Serves one ring until its producer has left and everything is delivered. */
async function main({ spec, epoch, control: page, ring: memory }: ThreadData): Promise<void> {
  const control = Control.inMemory(page)
  const lanes = spec.recipes.map(({ name }) => name)
  const suspects = new Suspects((lane, isOpening) => control.note(lanes.indexOf(lane ?? ''), isOpening), { follows: true })
  control.begin(epoch, process.pid)
  control.beat()
  noteWhoEndsIt(suspects)
  const host = new WriterHost({
    clock: systemClock,
    control,
    epoch,
    plans: planLanes(spec, () => undefined),
    lanes,
    suspects,
    context: spec.context,
    failureResetMs: spec.failureResetMs,
    stopTimeoutMs: spec.stopTimeoutMs,
    spillBytes: 0,
    aside: openAsideOfService(spec),
    spillPath: () => undefined,
    dropsRest: true,
    precautions: spec.precautions,
  })
  const ring = host.add(new RingView(makeRegion(memory)))
  const sleeper = notifiedSleeper({ clock: systemClock, control, isAtRest: () => host.isAtRest })
  await pollLoop(systemClock, sleeper, () => {
    const hasWorked = host.poll()
    if (!ring.isOpen && (ring.isReleased || (ring.isSettled && !host.isWorthTrying(ring)))) return 'end'
    if (!ring.isOpen) host.tryAgain()
    return hasWorked ? 'worked' : 'idle'
  })
  await host.close()
  ring.finish()
  control.state = 'ended'
}

markAsWriter()
onTimerFailure((error) => writeStderr(`holdfast: a timer of the writer failed: ${describeError(error)}\n`))
await main(workerData as ThreadData)
