import { useFailed } from '../api/useFailed'
import { type Language, speak, useWords } from '.'

/** Changes the language, and tells if that did not work. */
export function useSpeak(): (code: Language) => void {
  const { t } = useWords()
  const failed = useFailed()
  return (code) => void speak(code).catch((error: Error) => failed(t('language/failed'), error))
}
