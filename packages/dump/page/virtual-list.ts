/** What a list needs to know. */
export interface ListParts<T extends object> {
  /** The element that scrolls. */
  readonly scroller: HTMLElement
  /** What stays at its top while it scrolls. */
  readonly head: HTMLElement
  /** What holds the items. */
  readonly canvas: HTMLElement
  /** Makes the element of an item. */
  readonly create: (item: T) => HTMLElement
  readonly isOpen: (item: T) => boolean
}

const OVERSCAN = 10
const FIRST_GUESS_PX = 320

/**
 * Shows a list of any length with a few dozen elements. Closed items have one height; open ones are measured when they are first seen, and
 * again when they change.
 */
export class VirtualList<T extends object> {
  readonly #parts: ListParts<T>
  readonly #elements = new Map<T, HTMLElement>()
  readonly #heights = new WeakMap<T, number>()
  readonly #resizes: ResizeObserver
  #items: readonly T[] = []
  #positions: readonly number[] = []
  #rowHeight = 30
  #frame = 0

  constructor(parts: ListParts<T>) {
    this.#parts = parts
    this.#resizes = new ResizeObserver(() => this.#schedule())
    this.#resizes.observe(parts.scroller)
    parts.scroller.addEventListener('scroll', () => this.#schedule(), { passive: true })
  }

  /** Shows these items. */
  show(items: readonly T[], rowHeight: number): void {
    this.#items = items
    this.#rowHeight = rowHeight
    this.reopen()
  }

  /** Looks anew which items are open. */
  reopen(): void {
    const open: number[] = []
    this.#items.forEach((item, position) => {
      if (this.#parts.isOpen(item)) open.push(position)
    })
    this.#positions = open
    this.#render()
  }

  /** Makes the element of an item, or all of them, anew. */
  refresh(item?: T): void {
    for (const known of item === undefined ? [...this.#elements.keys()] : [item]) this.#drop(known)
    this.reopen()
  }

  /** Scrolls as little as it takes to have an item in view. */
  reveal(position: number): void {
    const { scroller, head } = this.#parts
    const room = scroller.clientHeight - head.offsetHeight
    const top = this.#top(position)
    const bottom = top + this.#height(position)
    if (top < scroller.scrollTop) scroller.scrollTop = top
    else if (bottom > scroller.scrollTop + room) scroller.scrollTop = Math.min(top, bottom - room)
    this.#render()
  }

  elementOf(item: T): HTMLElement | undefined {
    return this.#elements.get(item)
  }

  #schedule(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#render()
    })
  }

  #render(): void {
    // heights of open items are known only when they are there; the second round has them in place
    if (this.#place()) this.#place()
  }

  /** Puts what is in view where it belongs; true when an open item turned out to have another height. */
  #place(): boolean {
    const { scroller, canvas } = this.#parts
    const first = Math.max(0, this.#positionAt(scroller.scrollTop) - OVERSCAN)
    const last = Math.min(this.#items.length, this.#positionAt(scroller.scrollTop + scroller.clientHeight) + OVERSCAN + 1)
    const wanted = this.#items.slice(first, last)
    const kept = new Set(wanted)
    for (const item of [...this.#elements.keys()]) if (!kept.has(item)) this.#drop(item)

    let next = canvas.firstElementChild
    wanted.forEach((item, i) => {
      const element = this.#elements.get(item) ?? this.#make(item)
      if (element === next) next = next.nextElementSibling
      else canvas.insertBefore(element, next)
      element.setAttribute('aria-rowindex', String(first + i + 2))
    })
    canvas.style.height = `${this.#top(this.#items.length)}px`
    wanted.forEach((item, i) => {
      const element = this.#elements.get(item)
      if (element !== undefined) element.style.transform = `translateY(${this.#top(first + i)}px)`
    })
    return this.#measure(wanted)
  }

  #measure(items: readonly T[]): boolean {
    let isChanged = false
    for (const item of items) {
      if (!this.#parts.isOpen(item)) continue
      const height = this.#elements.get(item)?.offsetHeight ?? 0
      if (height === 0 || height === this.#heights.get(item)) continue
      this.#heights.set(item, height)
      isChanged = true
    }
    return isChanged
  }

  #make(item: T): HTMLElement {
    const element = this.#parts.create(item)
    this.#elements.set(item, element)
    if (this.#parts.isOpen(item)) this.#resizes.observe(element)
    return element
  }

  #drop(item: T): void {
    const element = this.#elements.get(item)
    if (element === undefined) return
    this.#resizes.unobserve(element)
    element.remove()
    this.#elements.delete(item)
  }

  #height(position: number): number {
    const item = this.#items[position]
    if (item === undefined || !this.#parts.isOpen(item)) return this.#rowHeight
    return this.#heights.get(item) ?? FIRST_GUESS_PX
  }

  #top(position: number): number {
    let top = position * this.#rowHeight
    for (const open of this.#positions) {
      if (open >= position) break
      top += this.#height(open) - this.#rowHeight
    }
    return top
  }

  #positionAt(y: number): number {
    let surplus = 0
    for (const open of this.#positions) {
      const top = open * this.#rowHeight + surplus
      if (y < top) break
      const height = this.#height(open)
      if (y < top + height) return open
      surplus += height - this.#rowHeight
    }
    return Math.max(0, Math.floor((y - surplus) / this.#rowHeight))
  }
}
