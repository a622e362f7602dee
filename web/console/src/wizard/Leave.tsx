import { Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useWords } from '../language'
import type { Keeper } from './keeper'

/** Asks before one leaves work that could not be saved. */
export function Leave({ keeper }: { keeper: Keeper }) {
  const { t } = useWords()
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => keeper.open && keeper.now().trouble !== undefined, enableBeforeUnload: () => keeper.open, withResolver: true })
  if (status !== 'blocked') return null
  return (
    <Modal opened onClose={reset} title={t('wizard/leaveTitle')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Text>{t('wizard/leaveText')}</Text>
      <Group mt="md" justify="end">
        <Button variant="default" onClick={proceed}>
          {t('wizard/leave')}
        </Button>
        <Button onClick={reset} data-autofocus>
          {t('wizard/stay')}
        </Button>
      </Group>
    </Modal>
  )
}
