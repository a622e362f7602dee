import { DirectionProvider } from '@mantine/core'
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
