// The code of each page is fetched when it is first shown; home's comes with the frame.
import { loadFeatures } from '../api/features';
import type { PageName } from './router';

const code: Partial<Record<PageName, () => Promise<unknown>>> = {
  access: () => import('../pages/access/page'),
  account: () => import('../pages/account/page'),
  audit: () => import('../pages/audit/page'),
  catalogue: () => import('../pages/catalogue/page'),
  devices: () => import('../pages/devices/page'),
  device: () => import('../pages/device/page'),
  enrolment: () => import('../pages/enrolment/page'),
  history: () => import('../pages/history/page'),
  keys: () => import('../pages/keys/page'),
  mapping: () => import('../pages/mapping/page'),
  people: () => import('../pages/people/page'),
  roles: () => import('../pages/roles/page'),
  system: () => import('../pages/system/page'),
};

export async function loadPage(name: PageName): Promise<void> {
  if (code[name]) await Promise.all([code[name](), loadFeatures()]);
}

const key = 'caredian.reloaded';

// A page that was open while the gateway was upgraded asks for files that are no more: start anew,
// but not again and again.
export function reloadOnce(error: unknown): void {
  const last = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - last < 10_000) throw error;
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
}
