import { Alert, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import classes from './SignIn.module.css'

/** A page for who is not signed in: a title, what is wrong, and a form. */
export function Door({ title, lead, error = null, submit, children }: { title: string; lead: string; error?: unknown; submit?: React.FormEventHandler<HTMLFormElement>; children: ReactNode }) {
  const { t } = useWords()
  return (
    <main className={classes.page}>
      <Paper className={classes.box} component="form" noValidate onSubmit={submit}>
        <Group gap="sm" mb="lg">
          <img src="/assets/site/mark.svg" alt="" width={28} height={28} />
          <Text fw={680} size="lg">
            {t('console/title')}
          </Text>
        </Group>
        <Title>{title}</Title>
        <Text c="dimmed" mb="lg">
          {lead}
        </Text>
        <Stack gap="md">
          {error !== null && (
            <Alert color="red" variant="light" role="alert" title={error instanceof Problem ? error.answer.title : t('state/unreachable')} className={classes.alert}>
              {error instanceof Problem && error.remedy}
            </Alert>
          )}
          {children}
        </Stack>
      </Paper>
    </main>
  )
}

/** The faults of a problem at fields of a form, by their names. */
export function faultsAt(e: unknown, ...fields: string[]): Record<string, string> {
  const faults = e instanceof Problem ? e.faults : []
  return Object.fromEntries(faults.map((f) => [f.pointer?.slice(1) ?? '', f.detail] as const).filter(([name]) => fields.includes(name)))
}
