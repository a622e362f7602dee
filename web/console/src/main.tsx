import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Direction, Notices } from './Direction'
import { ready } from './language'
import { queries } from './queries'
import { router } from './router'
import { theme, variables } from './theme'

// The policy of the page takes style elements with its nonce only.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
setNonce(nonce)

// The console opens without a network, too.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('/console/worker.js', { scope: '/console' }).catch(() => undefined)

await ready
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Direction>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queries}>
          <Notices />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </Direction>
  </StrictMode>,
)
