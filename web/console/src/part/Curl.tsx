import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useWords } from '../language'
import classes from './part.module.css'

/** A call of the API for a terminal, to copy. */
export function Curl({ text }: { text: string }) {
  const { t } = useWords()
  return (
    <div>
      <Group justify="space-between" gap="sm" mb="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {t('order/curlLead')}
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t('order/copied') : t('order/copy')}>
              <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={t('order/copy')}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
      <pre className={classes.curl} tabIndex={0} dir="ltr">
        {text}
      </pre>
    </div>
  )
}
