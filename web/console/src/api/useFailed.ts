import { notifications } from '@mantine/notifications'
import { Problem } from './problem'
import { useWords } from '../language'

/** Tells that something did not happen: what the server found and what helps, or that it does not answer. */
export function useFailed(): (title: string, error: Error) => void {
  const { t } = useWords()
  return (title, error) => {
    const fault = error instanceof Problem ? (error.faults[0] ?? { detail: error.message, remedy: error.remedy }) : { detail: t('state/unreachable') }
    notifications.show({ color: 'red', title, message: [fault.detail, fault.remedy].filter(Boolean).join(' ') })
  }
}
