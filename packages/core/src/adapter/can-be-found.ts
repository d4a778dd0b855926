/** Whether the writer, which is a part of this package, finds a module: the application's own packages may be hidden from it. */
export function canBeFound(module: string): boolean {
  if (module.startsWith('/')) return true
  try {
    import.meta.resolve(module)
    return true
  } catch {
    // what to do about it is told by the caller
    return false
  }
}
