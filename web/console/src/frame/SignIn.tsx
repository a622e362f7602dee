import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../api/client'
import { Problem } from '../api/problem'
import { begin, expired, useSession } from '../api/session'
import { useWords } from '../language'
import classes from './SignIn.module.css'

/** To where somebody was before, or home. */
function Leave({ to }: { to?: string }) {
  const { history } = useRouter()
  useEffect(() => history.replace(to ?? '/console/'), [history, to])
  return null
}

export default function SignIn() {
  const { t } = useWords()
  const session = useSession()
  const { to } = useSearch({ from: '/sign-in' })
  const [error, setError] = useState<unknown>(null)
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } })

  if (session) return <Leave to={to} />

  async function signIn(values: { email: string; password: string }) {
    setError(null)
    try {
      const { data } = await api.POST('/v1/sessions', { body: { ...values, cookie: true } })
      begin(data!)
    } catch (e) {
      const faults = e instanceof Problem ? e.faults.filter((f) => f.pointer) : []
      if (faults.length > 0) form.setErrors(Object.fromEntries(faults.map((f) => [f.pointer!.slice(1), f.detail])))
      else setError(e)
    }
  }

  return (
    <main className={classes.page}>
      <Paper className={classes.box} component="form" noValidate onSubmit={form.onSubmit(signIn)}>
        <Group gap="sm" mb="lg">
          <img src="/assets/site/mark.svg" alt="" width={28} height={28} />
          <Text fw={680} size="lg">
            {t('console/title')}
          </Text>
        </Group>
        <Title>{t('signIn/title')}</Title>
        <Text c="dimmed" mb="lg">
          {t('signIn/lead')}
        </Text>
        <Stack gap="md">
          {expired && !error && <Text size="sm">{t('signIn/ended')}</Text>}
          {error !== null && (
            <Alert color="red" variant="light" role="alert" title={error instanceof Problem ? error.answer.title : t('state/unreachable')} className={classes.alert}>
              {error instanceof Problem && error.remedy}
            </Alert>
          )}
          <TextInput label={t('signIn/email')} type="email" autoComplete="username" autoFocus key={form.key('email')} {...form.getInputProps('email')} />
          <PasswordInput label={t('signIn/password')} autoComplete="current-password" key={form.key('password')} {...form.getInputProps('password')} />
          <Button type="submit" size="sm" mt="xs" loading={form.submitting}>
            {t('signIn/submit')}
          </Button>
        </Stack>
      </Paper>
    </main>
  )
}
