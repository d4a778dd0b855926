import type { LevelName } from '@holdfast/api'
import type { Role } from './span.js'

/** `classic` takes the terminal's own colours and suits dark and light ones; the others are made for dark ones. */
export type ThemeName = 'classic' | 'dark' | 'neon' | 'pastel'

/** How a level and its message look, as style words. */
export interface LevelStyle {
  readonly level: string
  readonly message: string
}

/** How the parts of a line look, as style words. */
export interface Theme {
  readonly levels: Readonly<Record<LevelName, LevelStyle>>
  readonly roles: Readonly<Record<Exclude<Role, 'level' | 'message'>, string>>
}

/** The themes by name. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  classic: {
    levels: {
      trace: { level: 'dim', message: 'dim' },
      debug: { level: 'magenta', message: '' },
      info: { level: 'green', message: 'bold' },
      warning: { level: 'yellow', message: 'bold' },
      error: { level: 'bold red', message: 'bold red' },
      critical: { level: 'bold red inverse', message: 'bold red' },
    },
    roles: {
      plain: '',
      time: 'dim',
      logger: 'cyan',
      key: 'dim',
      value: '',
      punctuation: 'dim',
      error: 'red',
      frame: '',
      noise: 'dim',
    },
  },
  dark: {
    levels: {
      trace: { level: '#5f6673', message: '#7d8590' },
      debug: { level: '#7d8590', message: '#b1bac4' },
      info: { level: '#6cb6ff', message: 'bold #f0f6fc' },
      warning: { level: 'bold #d7af00', message: 'bold #f0d264' },
      error: { level: 'bold #ff6b64', message: 'bold #ff8a84' },
      critical: { level: 'bold white on #b62324', message: 'bold #ff8a84' },
    },
    roles: {
      plain: '#c9d1d9',
      time: '#6e7681',
      logger: '#b392f0',
      key: '#8b949e',
      value: '#c9d1d9',
      punctuation: '#6e7681',
      error: '#ff8a84',
      frame: '#c9d1d9',
      noise: '#6e7681',
    },
  },
  neon: {
    levels: {
      trace: { level: '#5a5a8a', message: '#8a8ac0' },
      debug: { level: '#00ffd5', message: '#9ffbea' },
      info: { level: 'bold #39ff14', message: 'bold #eaffea' },
      warning: { level: 'bold #fff700', message: 'bold #fffb8a' },
      error: { level: 'bold #ff3b5c', message: 'bold #ff6f88' },
      critical: { level: 'bold #ff00ff on #000000', message: 'bold #ff66ff' },
    },
    roles: {
      plain: '#d6d6ff',
      time: '#6a6aa8',
      logger: '#ff8bf5',
      key: '#00c8ff',
      value: '#d6d6ff',
      punctuation: '#6a6aa8',
      error: '#ff6f88',
      frame: '#d6d6ff',
      noise: '#6a6aa8',
    },
  },
  pastel: {
    levels: {
      trace: { level: '#8f93a2', message: '#a9adbd' },
      debug: { level: '#87d7c0', message: '#c5e8de' },
      info: { level: '#afd7ff', message: 'bold #e8f2fc' },
      warning: { level: 'bold #ffe787', message: 'bold #fff3c4' },
      error: { level: 'bold #ffaf9a', message: 'bold #ffcabb' },
      critical: { level: 'bold #3a2030 on #ffafff', message: 'bold #ffc9ff' },
    },
    roles: {
      plain: '#d8dae4',
      time: '#8f93a2',
      logger: '#d7c0f7',
      key: '#a3b8cc',
      value: '#d8dae4',
      punctuation: '#8f93a2',
      error: '#ffcabb',
      frame: '#d8dae4',
      noise: '#8f93a2',
    },
  },
}

export const DEFAULT_THEME: ThemeName = 'classic'
