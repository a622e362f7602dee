import { Alert } from '@mantine/core'
import { type Fault, Problem } from '../api/problem'
import { useWords } from '../language'
import classes from './part.module.css'

/** Why a command was refused, but for what stands at an input of its form. */
export function Refusal({ error, atInput = () => false }: { error: unknown; atInput?: (fault: Fault) => boolean }) {
  const { t } = useWords()
  if (!error) return null
  if (!(error instanceof Problem)) return <Refused title={t('state/unreachable')}>{t('offline/text')}</Refused>
  if (error.faults.length === 0) return <Refused title={error.message}>{error.remedy}</Refused>
  return error.faults
    .filter((fault) => !atInput(fault))
    .map((fault) => (
      <Refused key={fault.code + fault.pointer} title={fault.detail}>
        {fault.remedy}
      </Refused>
    ))
}

function Refused({ title, children }: { title: string; children?: string }) {
  return (
    <Alert role="alert" className={classes.refusal} title={<bdi>{title}</bdi>}>
      <bdi>{children}</bdi>
    </Alert>
  )
}
