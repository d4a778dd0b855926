/** The variable that is set for a name without prefix: ours wins. A blank one counts as absent. */
export function spellingOf(name: string): string | undefined {
  return [`HOLDFAST_${name}`, `LOG_${name}`].find((variable) => process.env[variable]?.trim())
}

/** Its text. */
export function variableOf(name: string): string | undefined {
  const variable = spellingOf(name)
  return variable === undefined ? undefined : process.env[variable]
}
