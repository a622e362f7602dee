import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en, type Words } from './en'
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

/** The languages by code, each with its own name and the direction of its script. English is always there; the words of others are loaded when they are wanted. */
export const languages = {
  en: { name: 'English', dir: 'ltr', words: async () => en },
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
  if (!i18next.hasResourceBundle(code, 'words')) i18next.addResourceBundle(code, 'words', await languages[code].words())
  await i18next.changeLanguage(code)
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
  resources: { en: { words: en } },
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

/** Ends once the words of the reader's language are there, or can't be had. */
export const ready = change(known(localStorage.getItem(place)) ?? navigator.languages.map(known).find(Boolean) ?? 'en').catch(() => undefined)

/** The words of the reader's language, and their locale for figures and times. */
export function useWords() {
  const { t, i18n } = useTranslation()
  return { t, locale: navigator.languages.find((l) => known(l) === i18n.language) ?? i18n.language } // with the reader's region
}
