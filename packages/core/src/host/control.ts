import { makeRegion, type Region } from '../ring/shared/region.js'

export const CONTROL_BYTES = 4096
const MAGIC = 0x48_46_43_31
const WORD = { magic: 0, epoch: 1, beat: 2, lane: 3, pid: 4, state: 5, asleep: 6, opening: 7 } as const
const STATES = ['starting', 'running', 'ended'] as const
const BYTES = 64

export type WriterState = (typeof STATES)[number]

/** In all versions of Node that run this, and not yet in the types of ES2023. */
interface WithWaitAsync {
  waitAsync(words: Int32Array, index: number, value: number, timeoutMs: number): { readonly value: unknown }
}

/** Hears what a writer says of itself, within its process. */
export interface Shadow {
  beat(): void
  /** @param lane index of the lane whose adapter is called, -1 for none */
  note(lane: number): void
}

const NO_SHADOW: Shadow = { beat: () => undefined, note: () => undefined }

/** What a writer says of itself to all producers of its tree. Only the writer stores here. */
export class Control {
  readonly #region: Region
  #shadow: Shadow = NO_SHADOW

  constructor(region: Region) {
    this.#region = region
    // where the page is not mapped, what is there must not be overwritten with what was never read
    this.refresh()
  }

  /** Makes memory a control page that no writer has taken yet. */
  static format(region: Region): Control {
    region.bytes.fill(0, 0, CONTROL_BYTES)
    Atomics.store(region.words, WORD.magic, MAGIC)
    region.mirror?.push(0, CONTROL_BYTES)
    return new Control(region)
  }

  static inMemory(memory: ArrayBufferLike): Control {
    return new Control(makeRegion(memory))
  }

  /** Not a copy of a file. */
  get isShared(): boolean {
    return this.#region.mirror === undefined
  }

  // ---- the writer's side

  begin(epoch: number, pid: number): void {
    this.#store(WORD.epoch, epoch)
    this.#store(WORD.pid, pid)
    this.#store(WORD.lane, 0)
    this.#store(WORD.opening, 0)
    this.#store(WORD.asleep, 0)
    this.state = 'running'
  }

  beat(): void {
    Atomics.add(this.#region.words, WORD.beat, 1)
    this.#shadow.beat()
    this.#region.mirror?.push(0, BYTES)
  }

  /**
   * @param lane index of the lane whose adapter is called now, -1 for none
   * @param isOpening the adapter is being made
   */
  note(lane: number, isOpening = false): void {
    const { words } = this.#region
    Atomics.store(words, WORD.opening, isOpening ? 1 : 0)
    Atomics.store(words, WORD.lane, lane + 1)
    this.#shadow.note(lane)
    // a file is written before the call only: that it came back shows in the next beat
    if (lane >= 0) this.#region.mirror?.push(0, BYTES)
  }

  /** Somebody else hears it from now on, too. */
  set shadow(shadow: Shadow) {
    this.#shadow = shadow
    shadow.note(this.lane)
  }

  set state(state: WriterState) {
    this.#store(WORD.state, STATES.indexOf(state))
  }

  set isAsleep(isAsleep: boolean) {
    this.#store(WORD.asleep, isAsleep ? 1 : 0)
  }

  /** Resolves when a producer in another thread calls `notify`, or after that time. */
  async untilNotified(ms: number): Promise<void> {
    await (Atomics as Atomics & WithWaitAsync).waitAsync(this.#region.words, WORD.asleep, 1, ms).value
  }

  // ---- what producers see

  refresh(): void {
    this.#region.mirror?.pull(0, BYTES)
  }

  get isOurs(): boolean {
    return this.#load(WORD.magic) === MAGIC
  }

  get state(): WriterState {
    return STATES[this.#load(WORD.state)] ?? 'starting'
  }

  /** Changes as long as the writer lives and is not held up. */
  get heartbeat(): number {
    return this.#load(WORD.beat)
  }

  get epoch(): number {
    return this.#load(WORD.epoch)
  }

  get pid(): number {
    return this.#load(WORD.pid)
  }

  /** It looks seldom, because nothing has come for a while. */
  get isAsleep(): boolean {
    return this.#load(WORD.asleep) === 1
  }

  /** True for the one who has to wake it. */
  takeAsleep(): boolean {
    return Atomics.compareExchange(this.#region.words, WORD.asleep, 1, 0) === 1
  }

  /** Wakes a writer thread. */
  notify(): void {
    Atomics.notify(this.#region.words, WORD.asleep)
  }

  /** Index of the lane whose adapter is being called, -1 when none is. */
  get lane(): number {
    return this.#load(WORD.lane) - 1
  }

  /** That adapter is being made: its module may have much to load. */
  get isOpening(): boolean {
    return this.#load(WORD.opening) === 1
  }

  #load(index: number): number {
    return Atomics.load(this.#region.words, index)
  }

  #store(index: number, value: number): void {
    Atomics.store(this.#region.words, index, value)
    this.#region.mirror?.push(0, BYTES)
  }
}
