/** What a key does. */
export type KeyAction = (event: KeyboardEvent) => void

/** Keys by `KeyboardEvent.key`, and what they do. */
export type KeyMap = Readonly<Record<string, KeyAction>>

/**
 * Listens to keys. While somebody types into a field only `typing` counts; keys with Ctrl, Alt or Meta belong to the browser.
 */
export function listenToKeys(reading: KeyMap, typing: KeyMap): void {
  document.addEventListener('keydown', (event) => {
    if (
      event.ctrlKey ||
      event.altKey ||
      event.metaKey ||
      event.defaultPrevented ||
      document.querySelector('dialog[open]') !== null
    )
      return
    const target = event.target instanceof HTMLElement ? event.target : undefined
    const keys = target?.matches('input, textarea') ? typing : reading
    // Enter and space on a button press it
    if (target?.matches('button') && (event.key === 'Enter' || event.key === ' ')) return
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : keys[event.code]
    if (act === undefined) return
    event.preventDefault()
    act(event)
  })
}
