/** Addresses within the panel: the browser's own history, which App Bridge mirrors in the admin's address. */
import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { readonly page: 'images'; readonly status: string | null }
  | { readonly page: 'image'; readonly id: string }
  | { readonly page: 'unknown' };

/** Which page an address names. */
export function routeOf(pathname: string, search: string): Route {
  const query = new URLSearchParams(search);
  if (pathname === '/' || pathname === '/images') return { page: 'images', status: query.get('status') };
  const id = /^\/images\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
  return id === undefined ? { page: 'unknown' } : { page: 'image', id };
}

/** What Shopify put into the first address and what a reload of the frame needs again; tokens are left out. */
const kept = ['embedded', 'shop', 'host', 'locale'];

/** The address of a page of the panel with Shopify's own parameters kept. */
export function addressOf(href: string, currentSearch: string): string {
  const url = new URL(href, 'https://panel.invalid');
  const current = new URLSearchParams(currentSearch);
  for (const name of kept) {
    const value = current.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

const changed = 'vitrine:navigate';

export function navigate(href: string, isReplaced = false): void {
  const address = addressOf(href, location.search);
  if (address === location.pathname + location.search) return;
  history[isReplaced ? 'replaceState' : 'pushState'](null, '', address);
  window.dispatchEvent(new Event(changed));
}

/** The page to show, now and after each move; links in the page and in the admin's navigation are followed here. */
export function useRoute(): Route {
  const read = () => routeOf(location.pathname, location.search);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const update = () => {
      setRoute(read());
      window.scrollTo(0, 0);
    };
    const take = (event: Event, href: string | null | undefined) => {
      if (!href?.startsWith('/') || event.defaultPrevented) return;
      event.preventDefault();
      navigate(href);
    };
    const onClick = (event: MouseEvent) => {
      const isPlain =
        event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      const link = event
        .composedPath()
        .find((node): node is Element => node instanceof Element && node.hasAttribute('href'));
      if (isPlain) take(event, link?.getAttribute('href'));
    };
    window.addEventListener(changed, update, { signal });
    window.addEventListener('popstate', update, { signal });
    document.addEventListener('click', onClick, { signal });
    document.addEventListener(
      'shopify:navigate',
      (event) => take(event, event.target instanceof Element ? event.target.getAttribute('href') : null),
      { signal },
    );
    return () => leaving.abort();
  }, []);
  return route;
}
