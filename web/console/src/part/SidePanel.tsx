import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../language'
import { useFocusBack } from './useFocusBack'

/** A panel beside the page, over its end. The focus goes back to where it was. */
export function SidePanel({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const { t } = useWords()
  useFocusBack()
  return (
    <Drawer.Root opened onClose={close} position="right" size={560}>
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Header role="presentation">
          <Drawer.Title>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label={t('keys/close')} />
        </Drawer.Header>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
