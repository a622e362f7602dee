import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Words } from './en'
import { first } from './en/first'
import type { Translation } from './translation'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words'
    resources: { words: Words }
    keySeparator: '/'
    nsSeparator: false
    returnNull: false
  }
}

/** The languages by code, each with its own name and the direction of its script. What the first load says is there in English; all other words are loaded when they are wanted. */
export const languages = {
  en: { name: 'English', dir: 'ltr', words: async () => (await import('./en')).en },
  de: { name: 'Deutsch', dir: 'ltr', words: async () => (await import('./de')).de },
  ar: { name: 'العربية', dir: 'rtl', words: async () => (await import('./ar')).ar },
} as const satisfies Record<string, { name: string; dir: 'ltr' | 'rtl'; words: () => Promise<Translation> }>

export type Language = keyof typeof languages

const place = 'ordo.language'

function known(code: string | null | undefined): Language | null {
  const base = code?.split('-')[0]
  return base && base in languages ? (base as Language) : null
}

export function language(): Language {
  return known(i18next.language) ?? 'en'
}

export function dir(): 'ltr' | 'rtl' {
  return languages[language()].dir
}

/** Changes the language, and keeps it for this browser; fails, and changes nothing, if its words can't be loaded. */
export async function speak(code: Language) {
  await change(code)
  localStorage.setItem(place, code)
}

async function change(code: Language) {
  await whole(code)
  await i18next.changeLanguage(code)
}

const loaded = new Set<Language>()

/** Ends once all words of the language are there. */
async function whole(code: Language) {
  if (loaded.has(code)) return
  i18next.addResourceBundle(code, 'words', await languages[code].words())
  loaded.add(code)
}

/** Loads what says more than the first load, with the words that it says. */
export function worded<M>(load: () => Promise<M>): () => Promise<M> {
  return async () => (await Promise.all([load(), whole(language())]))[0]
}

i18next.on('languageChanged', () => {
  document.documentElement.lang = language()
  document.documentElement.dir = dir()
})

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'words',
  ns: 'words',
  resources: { en: { words: first } },
  interpolation: { escape: isolated },
  keySeparator: '/',
  nsSeparator: false,
  initAsync: false,
  showSupportNotice: false,
})

/** A value within words that run from right to left keeps its own direction, as in <bdi>. */
function isolated(value: string): string {
  return dir() === 'rtl' ? `\u2068${value}\u2069` : value
}

const own = known(localStorage.getItem(place)) ?? navigator.languages.map(known).find(Boolean) ?? 'en'

/** Ends once the words of the reader's language are there, as far as the first load needs them, or can't be had. */
export const ready = (own === 'en' ? i18next.changeLanguage(own) : change(own)).catch(() => undefined)

/** The words of the reader's language, and their locale for figures and times. */
export function useWords() {
  const { t, i18n } = useTranslation()
  return { t, locale: navigator.languages.find((l) => known(l) === i18n.language) ?? i18n.language } // with the reader's region
}
