/** An event as one line of JSON: the canonical line, as it was encoded. */
export function formatJson(record: { readonly json: string }): string {
  return record.json
}
