import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'
import { useWords } from '../language'
import classes from './part.module.css'

/** An id, SKU or number in the mono font; a click copies it. */
export function Copyable({ text }: { text: string }) {
  const { t } = useWords()
  return (
    <CopyButton value={text} timeout={1200}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('order/copied') : t('order/copy')}>
          <UnstyledButton className={classes.copyable} onClick={copy} aria-label={t('order/copyThis', { text })}>
            <bdi>{text}</bdi>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  )
}
