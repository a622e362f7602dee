import { DirectionProvider, useDirection } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
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

/** What is told by the way, in the corner where lines end. */
export function Notices() {
  const { dir } = useDirection()
  return <Notifications position={dir === 'rtl' ? 'bottom-left' : 'bottom-right'} autoClose={5000} transitionDuration={100} />
}
