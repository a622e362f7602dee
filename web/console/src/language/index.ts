import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { de } from './de'
import { en, type Words } from './en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words'
    resources: { words: Words }
    keySeparator: '/'
    nsSeparator: false
    returnNull: false
  }
}

/** The languages by code, each with its own name and the direction of its script. */
export const languages = {
  en: { name: 'English', words: en, dir: 'ltr' },
  de: { name: 'Deutsch', words: de, dir: 'ltr' },
} as const satisfies Record<string, { name: string; words: Words; dir: 'ltr' | 'rtl' }>

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

export async function speak(code: Language) {
  localStorage.setItem(place, code)
  await i18next.changeLanguage(code)
}

function address() {
  document.documentElement.lang = language()
  document.documentElement.dir = dir()
}

i18next.on('languageChanged', address)

void i18next.use(initReactI18next).init({
  lng: known(localStorage.getItem(place)) ?? navigator.languages.map(known).find(Boolean) ?? 'en',
  fallbackLng: false,
  defaultNS: 'words',
  ns: 'words',
  resources: Object.fromEntries(Object.entries(languages).map(([code, { words }]) => [code, { words }])),
  interpolation: { escapeValue: false },
  keySeparator: '/',
  nsSeparator: false,
  initAsync: false,
  showSupportNotice: false,
})
address()

/** The words of the reader's language, and their locale for figures and times. */
export function useWords() {
  const { t, i18n } = useTranslation()
  return { t, locale: navigator.languages.find((l) => known(l) === i18n.language) ?? i18n.language } // with the reader's region
}
