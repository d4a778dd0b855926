import type { Page } from './pages.js'

/** A fenced block of a page. */
export interface Fence {
  readonly page: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** The word behind the opening fence, or ''. */
  readonly language: string
  readonly text: string
  /** Text of the comment right above it, or ''. */
  readonly mark: string
}

/** The fenced blocks of a page in their order. */
export function fencesOf({ path, text }: Page): readonly Fence[] {
  const lines = text.split('\n')
  const fences: Fence[] = []
  for (let i = 0; i < lines.length; i++) {
    const [, language] = /^```(\w*)$/.exec(lines[i] ?? '') ?? []
    if (language === undefined) continue
    const end = lines.indexOf('```', i + 1)
    if (end === -1) throw new Error(`${path}:${i + 1}: Expected the fence to be closed.`)
    fences.push({ page: path, line: i + 1, language, text: lines.slice(i + 1, end).join('\n'), mark: markAbove(lines, i) })
    i = end
  }
  return fences
}

/** The page without what is in fences, with its lines where they were. */
export function proseOf({ text }: Page): string {
  let isCode = false
  return text
    .split('\n')
    .map((line) => {
      if (!line.trimStart().startsWith('```')) return isCode ? '' : line
      isCode = !isCode
      return ''
    })
    .join('\n')
}

function markAbove(lines: readonly string[], index: number): string {
  let above = index - 1
  while (above >= 0 && lines[above]?.trim() === '') above--
  return /^<!-- (.*) -->$/.exec(lines[above] ?? '')?.[1] ?? ''
}
