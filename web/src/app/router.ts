// The console's addresses. The server answers each with the same page (src/api/console.cpp).

export type PageName =
  | 'home' | 'access' | 'account' | 'audit' | 'catalogue' | 'devices' | 'device' | 'enrolment' | 'history' | 'keys' | 'mapping' | 'people' | 'roles' | 'system' | 'missing';

export interface Page {
  name: PageName;
  id?: string; // of a device
}

const plainPages: Record<string, PageName> = {
  '/': 'home',
  '/access': 'access',
  '/account': 'account',
  '/audit': 'audit',
  '/catalogue': 'catalogue',
  '/devices': 'devices',
  '/enrolment': 'enrolment',
  '/history': 'history',
  '/keys': 'keys',
  '/mapping': 'mapping',
  '/people': 'people',
  '/roles': 'roles',
  '/system': 'system',
};

export function parsePath(path: string): Page {
  const name = Object.hasOwn(plainPages, path) ? plainPages[path] : undefined;
  if (name) return { name };
  const device = /^\/devices\/([^/]+)$/.exec(path);
  if (device?.[1]) {
    try {
      return { name: 'device', id: decodeURIComponent(device[1]) };
    } catch {
      return { name: 'missing' }; // a stray %
    }
  }
  return { name: 'missing' };
}

export function devicePath(id: string, tab = ''): string {
  return `/devices/${encodeURIComponent(id)}${tab ? `?tab=${tab}` : ''}`;
}

export function parameters(): URLSearchParams {
  return new URLSearchParams(location.search);
}

// The page's own state in its address, so that a link or a reload shows the same.
export function keepParameters(parameters: URLSearchParams): void {
  const search = parameters.toString();
  const address = location.pathname + (search ? `?${search}` : '');
  if (address !== location.pathname + location.search) history.replaceState(history.state, '', address);
}

let show: (page: Page) => void = () => undefined;

// Another page. `state` is handed to it without being part of the address.
export function go(address: string, state: unknown = null): void {
  history.pushState(state, '', address);
  show(parsePath(location.pathname));
  scrollTo(0, 0);
}

// Calls `show` for the present address and every later one. Links of the console are followed
// without leaving the page; all others are the browser's.
export function startRouter(shown: (page: Page) => void): void {
  show = shown;
  const here = () => show(parsePath(location.pathname));
  window.addEventListener('popstate', here);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || parsePath(url.pathname).name === 'missing') return;
    event.preventDefault();
    const address = url.pathname + url.search;
    if (address === location.pathname + location.search) here();
    else return go(address);
    scrollTo(0, 0);
  });
  here();
}
