/** Hands the warnings of the process over in place of printing them; returns what brings the printing back. */
export function takeWarnings(take: (warning: Error) => void): () => void {
  // Node's own printer is a listener like any other; the application's stay
  const printer = process.listeners('warning').find(({ name }) => name === 'onWarning')
  if (printer !== undefined) process.off('warning', printer)
  process.on('warning', take)
  return () => {
    process.off('warning', take)
    if (printer !== undefined) process.on('warning', printer)
  }
}
