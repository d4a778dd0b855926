/** The first circle in a graph (a Map of names to the names they point at), as a list that ends where it began. */
export function findCycle(graph) {
  const done = new Set()
  for (const start of graph.keys()) {
    const cycle = visit(graph, start, [], done)
    if (cycle !== undefined) return cycle
  }
  return undefined
}

function visit(graph, name, trail, done) {
  if (done.has(name)) return undefined
  if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
  for (const next of graph.get(name) ?? []) {
    const cycle = visit(graph, next, [...trail, name], done)
    if (cycle !== undefined) return cycle
  }
  done.add(name)
  return undefined
}
