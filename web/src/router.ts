// The console's addresses. The server answers each with the same page (src/api/console.cpp).

export type Page =
  | { name: 'home' }
  | { name: 'device'; id: string }
  | { name: 'system' }
  | { name: 'missing' };

export function parsePath(path: string): Page {
  if (path === '/') return { name: 'home' };
  if (path === '/system') return { name: 'system' };
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

export function devicePath(id: string): string {
  return `/devices/${encodeURIComponent(id)}`;
}

// Calls `show` for the present address and every later one. Links of the console are followed
// without leaving the page; all others are the browser's.
export function startRouter(show: (page: Page) => void): void {
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
    if (url.pathname !== location.pathname) history.pushState(null, '', url.pathname);
    here();
    scrollTo(0, 0);
  });
  here();
}
