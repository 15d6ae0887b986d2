import { createApp } from 'vue'
import App from './app.vue'
import { i18n } from './i18n.ts'
import { learnNames } from './names.ts'
import { router } from './router.ts'
import { finishRenewal, openSession, session } from './session.ts'
import './theme.ts'
import './style.css'

/** The hidden frame of a silent renewal shows nothing. */
if (window.parent !== window) {
  await finishRenewal()
} else {
  const path = await openSession()
  if (session.signedIn) learnNames().catch(() => {})
  const app = createApp(App)
  app.use(i18n).use(router)
  if (path) await router.replace(path)
  app.mount('#console')
}
