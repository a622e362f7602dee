import { Tooltip } from '@mantine/core'
import { type Liveness, useLiveness } from '../api/live'
import { useWords } from '../language'
import classes from './Frame.module.css'

export function Live() {
  return <LiveDot liveness={useLiveness()} />
}

/** Whether what others do is seen at once. */
export function LiveDot({ liveness }: { liveness: Liveness }) {
  const { t } = useWords()
  return (
    <Tooltip label={t(`live/${liveness}Why`)}>
      <span className={classes.live} data-liveness={liveness} role="status">
        <span className={classes.dot} />
        {t(`live/${liveness}`)}
      </span>
    </Tooltip>
  )
}
