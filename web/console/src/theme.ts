import { createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core'

/** What a color says, everywhere: not started, under way, waits for someone, done, needs help, moved back. */
export const tones = ['grey', 'blue', 'amber', 'green', 'red', 'violet'] as const
export type Tone = (typeof tones)[number]

type Palette = {
  page: string
  surface: string
  sunken: string
  line: string // between things
  edge: string // around what can be touched
  text: string
  quiet: string
  accent: string
  accentSoft: string
  onAccent: string
  danger: string // the ground of a button that can't be undone
  onDanger: string
} & Record<Tone, string> &
  Record<`${Tone}Soft`, string>

export const light: Palette = {
  page: '#f6f8f8',
  surface: '#ffffff',
  sunken: '#eef2f2',
  line: '#dde4e4',
  edge: '#7d8a8b',
  text: '#162122',
  quiet: '#536163',
  accent: '#0f6b6b',
  accentSoft: '#e0f0ef',
  onAccent: '#ffffff',
  danger: '#b3261e',
  onDanger: '#ffffff',
  grey: '#4a5759',
  greySoft: '#e9eeee',
  blue: '#1a5aa6',
  blueSoft: '#e4eefa',
  amber: '#7c4f00',
  amberSoft: '#fcefd3',
  green: '#19683c',
  greenSoft: '#e0f3e7',
  red: '#a8221b',
  redSoft: '#fde9e8',
  violet: '#643bab',
  violetSoft: '#efe9fb',
}

export const dark: Palette = {
  page: '#0f1516',
  surface: '#161e1f',
  sunken: '#0b1011',
  line: '#283334',
  edge: '#74827f',
  text: '#e6ecec',
  quiet: '#9dabac',
  accent: '#5cc4bd',
  accentSoft: '#143231',
  onAccent: '#06201f',
  danger: '#ff8f86',
  onDanger: '#2b0d0b',
  grey: '#b3bfc0',
  greySoft: '#243031',
  blue: '#8fc0f5',
  blueSoft: '#14293f',
  amber: '#e8bb5f',
  amberSoft: '#35280d',
  green: '#71d19a',
  greenSoft: '#12301f',
  red: '#ff9d95',
  redSoft: '#3c1b19',
  violet: '#c3a6f7',
  violetSoft: '#2b2045',
}

/** Each text on each ground that it stands on, with the contrast that it needs. */
export const pairs: [text: keyof Palette, ground: keyof Palette, least: number][] = [
  ...(['page', 'surface', 'sunken', 'accentSoft'] as const).flatMap((ground): [keyof Palette, keyof Palette, number][] => [
    ['text', ground, 7],
    ['quiet', ground, 4.5],
    ['accent', ground, 4.5],
    ['edge', ground, 3],
  ]),
  ['onAccent', 'accent', 4.5],
  ['onDanger', 'danger', 4.5],
  ...tones.flatMap((tone): [keyof Palette, keyof Palette, number][] => [
    [tone, `${tone}Soft`, 4.5],
    [tone, 'surface', 4.5],
    [tone, 'page', 4.5],
  ]),
]

const accent: MantineColorsTuple = ['#e0f0ef', '#c4e2e0', '#9acfcb', '#6dbbb5', '#46a59e', '#2b8d88', '#1b7a77', '#0f6b6b', '#0a5656', '#064242']
const gray: MantineColorsTuple = ['#f6f8f8', '#eef2f2', '#e3e9e9', '#dde4e4', '#c3cdcd', '#9aa7a8', '#7d8a8b', '#536163', '#33403f', '#162122']
const night: MantineColorsTuple = ['#e6ecec', '#c5cfcf', '#9dabac', '#74827f', '#3a4748', '#283334', '#1e2829', '#161e1f', '#0f1516', '#0b1011']

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, gray, dark: night },
  fontFamily: "'Inter Variable', 'Noto Sans Arabic', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '14px', lineHeight: '20px' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input)
    return input.variant === 'filled' ? { ...colors, color: `var(--ordo-on-${input.color === 'red' ? 'danger' : 'accent'})` } : colors
  },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', fz: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 340, events: { hover: true, focus: true, touch: true } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    // The head of a dialog is no banner of the page.
    Modal: { defaultProps: { transitionProps: { duration: 100, exitDuration: 0 }, centered: true, attributes: { header: { role: 'none' } } } },
  },
})

const kebab = (name: string) => name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase())

/** The tokens as --ordo-… variables, and the library's own colors made of them. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: variablesOf(light), dark: variablesOf(dark) })

function variablesOf(p: Palette): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(p).map(([name, color]) => [`--ordo-${kebab(name)}`, color])),
    '--mantine-color-body': p.surface,
    '--mantine-color-text': p.text,
    '--mantine-color-dimmed': p.quiet,
    '--mantine-color-placeholder': p.quiet,
    '--mantine-color-anchor': p.accent,
    '--mantine-color-error': p.red,
    '--mantine-color-default': p.surface,
    '--mantine-color-default-hover': p.sunken,
    '--mantine-color-default-color': p.text,
    '--mantine-color-default-border': p.line,
    '--mantine-color-disabled': p.sunken,
    '--mantine-color-disabled-color': p.quiet,
    '--mantine-color-disabled-border': p.line,
    '--mantine-primary-color-filled': p.accent,
    '--mantine-primary-color-contrast': p.onAccent,
    '--mantine-color-accent-filled': p.accent,
    '--mantine-color-accent-filled-hover': `color-mix(in srgb, ${p.accent} 88%, ${p.text})`,
    '--mantine-primary-color-filled-hover': `color-mix(in srgb, ${p.accent} 88%, ${p.text})`,
    '--mantine-color-accent-light': p.accentSoft,
    '--mantine-color-accent-light-hover': p.accentSoft,
    '--mantine-color-accent-light-color': p.accent,
    '--mantine-color-red-filled': p.danger,
    '--mantine-color-red-filled-hover': `color-mix(in srgb, ${p.danger} 88%, ${p.text})`,
  }
}
