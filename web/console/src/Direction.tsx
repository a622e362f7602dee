import { DirectionProvider, useDirection } from '@mantine/core'
import { useNotifications } from '@mantine/notifications'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { dir, useWords } from './language'

/** The direction of the script of the reader's language, for all components. */
export function Direction({ children }: { children: ReactNode }) {
  useWords()
  const direction = dir()
  return (
    <DirectionProvider key={direction} initialDirection={direction} detectDirection={false}>
      {children}
    </DirectionProvider>
  )
}

const Told = lazy(() => import('./Told'))

/** What is told by the way, in the corner where lines end; its looks are loaded with the first that is told. */
export function Notices() {
  const { dir } = useDirection()
  const [told, setTold] = useState(false)
  const { notifications } = useNotifications()
  if (notifications.length > 0 && !told) setTold(true)
  return <Suspense>{told && <Told corner={dir === 'rtl' ? 'bottom-left' : 'bottom-right'} />}</Suspense>
}
