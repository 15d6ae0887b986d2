import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { i18n } from './i18n.ts'
import Start from './pages/start/start-page.vue'
import type { Role } from './session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    title: string
    /** Who may see it; everybody where absent. */
    roles?: Role[]
    /** Where it stands in the navigation, if it does. */
    nav?: boolean
  }
}

const page = (
  path: string,
  name: string,
  component: RouteRecordRaw['component'],
  roles: Role[],
  nav = false,
): RouteRecordRaw =>
  ({ path, name, component, meta: { title: `nav.${name}`, roles, nav }, props: true }) as RouteRecordRaw

export const pages: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: Start, meta: { title: 'nav.start', nav: true } },
  page('/my/uses', 'uses', () => import('./pages/citizen/uses-page.vue'), ['citizen'], true),
  page('/my/consents', 'consents', () => import('./pages/citizen/consents-page.vue'), ['citizen'], true),
  page(
    '/my/representations',
    'representations',
    () => import('./pages/citizen/representations-page.vue'),
    ['citizen'],
    true,
  ),
  page('/my/corrections', 'corrections', () => import('./pages/citizen/corrections-page.vue'), ['citizen'], true),
  page('/log', 'log', () => import('./pages/auditor/log-page.vue'), ['auditor'], true),
  page('/log/checkpoints', 'checkpoints', () => import('./pages/auditor/checkpoints-page.vue'), ['auditor'], true),
  page('/log/alarms', 'alarms', () => import('./pages/auditor/alarms-page.vue'), ['auditor'], true),
  page('/log/watch-lists', 'watchLists', () => import('./pages/auditor/watch-lists-page.vue'), ['auditor'], true),
  page('/log/:index(\\d+)', 'entry', () => import('./pages/auditor/entry-page.vue'), ['auditor']),
  page(
    '/catalogue',
    'catalogue',
    () => import('./pages/steward/catalogue-page.vue'),
    ['steward', 'operator', 'auditor'],
    true,
  ),
  page('/catalogue/:id', 'dataset', () => import('./pages/steward/dataset-page.vue'), [
    'steward',
    'operator',
    'auditor',
  ]),
  page(
    '/changes',
    'changes',
    () => import('./pages/steward/changes-page.vue'),
    ['steward', 'operator', 'auditor'],
    true,
  ),
  page('/requests', 'requests', () => import('./pages/steward/requests-page.vue'), ['steward', 'operator'], true),
  page('/requests/:id', 'request', () => import('./pages/steward/request-page.vue'), ['steward', 'operator']),
  page('/departments', 'departments', () => import('./pages/operator/departments-page.vue'), ['operator'], true),
  page('/departments/:id', 'department', () => import('./pages/operator/department-page.vue'), ['operator']),
  page('/matters', 'matters', () => import('./pages/operator/matters-page.vue'), ['operator', 'steward'], true),
  page('/health', 'health', () => import('./pages/operator/health-page.vue'), ['operator'], true),
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/lost-page.vue'), meta: { title: 'nav.lost' } },
]

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: pages,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.afterEach(({ meta }) => {
  document.title = `${i18n.global.t(meta.title)} · ${i18n.global.t('brand')}`
})
