import { Alert, Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { useWords } from '../language'
import classes from './part.module.css'
import { useFocusBack } from './useFocusBack'

/** A secret that is shown once: it goes away by its button only. */
export function Secret({ title, lead, text, close }: { title: string; lead: string; text: string; close: () => void }) {
  const { t } = useWords()
  useFocusBack()
  return (
    <Modal opened onClose={close} title={title} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack gap="md">
        <Text c="dimmed">{lead}</Text>
        <pre className={classes.curl} tabIndex={0} dir="ltr" aria-label={title}>
          {text}
        </pre>
        <Alert color="yellow" variant="light">
          {t('secret/once')}
        </Alert>
        <Group justify="end" gap="sm">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {t(copied ? 'order/copied' : 'order/copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>{t('secret/have')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
