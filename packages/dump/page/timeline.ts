import { momentText, type Zone } from './clock-text.js'
import { el } from './dom.js'
import type { Row } from './rows.js'

const SVG = 'http://www.w3.org/2000/svg'
const BAR_PX = 6
const GROUPS = ['error', 'warning', 'calm'] as const
const CLICK_PX = 4

/** A span of time in milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Events over time as bars; dragging over them chooses a range. */
export class Timeline {
  readonly element: HTMLElement
  readonly #svg = document.createElementNS(SVG, 'svg')
  readonly #hint = el('span', { class: 'hint' })
  readonly #span: Span
  readonly #choose: (span: Span | undefined) => void
  #rows: readonly Row[] = []
  #chosen: Span | undefined
  #zone: Zone = 'utc'
  #dragFrom: number | undefined

  constructor(span: Span, choose: (span: Span | undefined) => void) {
    this.#span = span
    this.#choose = choose
    this.#svg.setAttribute('class', 'bars')
    this.#svg.setAttribute('role', 'img')
    this.#svg.setAttribute('aria-label', 'Events over time')
    this.element = el('div', { class: 'timeline' }, this.#svg, this.#hint)
    this.#svg.addEventListener('pointerdown', (event) => this.#start(event))
    this.#svg.addEventListener('pointermove', (event) => this.#move(event))
    this.#svg.addEventListener('pointerup', (event) => this.#end(event))
    this.#svg.addEventListener('pointerleave', () => this.#say(undefined))
    this.#svg.addEventListener('dblclick', () => this.#choose(undefined))
    new ResizeObserver(() => this.#draw()).observe(this.#svg)
  }

  /** Shows these rows, and which part of the time is chosen. */
  show(rows: readonly Row[], chosen: Span | undefined, zone: Zone): void {
    this.#rows = rows
    this.#chosen = chosen
    this.#zone = zone
    this.#draw()
  }

  #draw(): void {
    const { width, height } = this.#size()
    if (width === 0) return
    const counts = this.#count(this.#barCount())
    const most = Math.max(1, ...counts.map((bar) => bar.reduce((sum, count) => sum + count, 0)))
    const step = width / counts.length
    const shapes: SVGElement[] = []
    counts.forEach((bar, i) => {
      const total = bar.reduce((sum, count) => sum + count, 0)
      if (total === 0) return
      // by the root, so that few events stay visible beside many
      const full = Math.max(3, Math.sqrt(total / most) * (height - 2))
      let bottom = height
      bar.forEach((count, group) => {
        if (count === 0) return
        const size = Math.max(2, (full * count) / total)
        bottom -= size
        shapes.push(rect(GROUPS[group] ?? 'calm', { x: i * step, y: bottom, width: Math.max(1, step - 1.5), height: size }))
      })
    })
    if (this.#chosen !== undefined) {
      const x = Math.max(0, this.#toX(this.#chosen.from))
      const end = Math.min(width, this.#toX(this.#chosen.to))
      shapes.push(rect('chosen', { x, y: 0, width: Math.max(2, end - x), height }))
    }
    this.#svg.replaceChildren(...shapes)
  }

  #count(bars: number): number[][] {
    const counts = Array.from({ length: bars }, () => [0, 0, 0])
    const length = Math.max(1, this.#span.to - this.#span.from)
    for (const row of this.#rows) {
      if (Number.isNaN(row.time)) continue
      const bar = counts[Math.min(bars - 1, Math.floor(((row.time - this.#span.from) / length) * bars))]
      const group = row.level >= 40 ? 0 : row.level >= 30 ? 1 : 2
      if (bar !== undefined) bar[group] = (bar[group] ?? 0) + 1
    }
    return counts
  }

  #start(event: PointerEvent): void {
    if (event.button !== 0) return
    this.#dragFrom = event.offsetX
    this.#svg.setPointerCapture(event.pointerId)
  }

  #move(event: PointerEvent): void {
    this.#say(event.offsetX)
    if (this.#dragFrom === undefined || Math.abs(event.offsetX - this.#dragFrom) < CLICK_PX) return
    this.#chosen = this.#between(this.#dragFrom, event.offsetX)
    this.#draw()
  }

  #end(event: PointerEvent): void {
    const from = this.#dragFrom
    this.#dragFrom = undefined
    if (from === undefined) return
    if (Math.abs(event.offsetX - from) >= CLICK_PX) this.#choose(this.#between(from, event.offsetX))
    // a click where nothing is chosen takes the bar under it
    else this.#choose(this.#chosen === undefined ? this.#barAt(event.offsetX) : undefined)
  }

  #say(x: number | undefined): void {
    if (x === undefined) {
      this.#hint.textContent = ''
      return
    }
    const bar = this.#barAt(x)
    const count = this.#rows.reduce((sum, { time }) => sum + (time >= bar.from && time <= bar.to ? 1 : 0), 0)
    this.#hint.textContent = `${momentText(bar.from, this.#zone)} · ${count} ${count === 1 ? 'event' : 'events'}`
  }

  #between(a: number, b: number): Span {
    return { from: this.#toTime(Math.min(a, b)), to: this.#toTime(Math.max(a, b)) }
  }

  #barAt(x: number): Span {
    const bars = this.#barCount()
    const length = (this.#span.to - this.#span.from) / bars
    const bar = Math.min(bars - 1, Math.max(0, Math.floor((x / this.#size().width) * bars)))
    return { from: this.#span.from + bar * length, to: this.#span.from + (bar + 1) * length }
  }

  #barCount(): number {
    return Math.max(10, Math.floor(this.#size().width / BAR_PX))
  }

  #toTime(x: number): number {
    const share = Math.min(1, Math.max(0, x / this.#size().width))
    return this.#span.from + share * (this.#span.to - this.#span.from)
  }

  #toX(time: number): number {
    return ((time - this.#span.from) / Math.max(1, this.#span.to - this.#span.from)) * this.#size().width
  }

  #size(): { readonly width: number; readonly height: number } {
    return { width: this.#svg.clientWidth, height: this.#svg.clientHeight }
  }
}

function rect(name: string, box: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>): SVGElement {
  const shape = document.createElementNS(SVG, 'rect')
  shape.setAttribute('class', name)
  for (const [key, value] of Object.entries(box)) shape.setAttribute(key, value.toFixed(2))
  return shape
}
