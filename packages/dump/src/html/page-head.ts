import { escapeHtml, escapeText } from '@holdfast/format'

/** What a page is made of beside its body. */
export interface PageParts {
  readonly title: string
  readonly styles: string
  /** The only script that may run. @default none */
  readonly script?: string
}

/**
 * Everything before the body of a page. Its Content Security Policy allows these styles and this script, by their hashes, and nothing else: no
 * network, no inline handler, no markup made from text (Trusted Types).
 */
export function pageHead({ title, styles, script }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(styles)}'`,
    `script-src ${script === undefined ? "'none'" : `'${hashOf(script)}'`}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(escapeText(title))}</title>
<style>${styles}</style>
</head>
`
}

function hashOf(text: string): string {
  return `sha256-${process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64')}`
}
