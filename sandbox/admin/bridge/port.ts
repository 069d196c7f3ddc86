import { channel, isEnvelope, type ToAdmin, type ToApp } from './protocol.ts';

export interface Port {
  tell(message: ToAdmin): void;
  on<K extends ToApp['kind']>(kind: K, hear: (message: Extract<ToApp, { kind: K }>) => void): void;
  /** A session token; rejects when the admin gives none or the page is not inside an admin. */
  token(): Promise<string>;
}

/** The origin of the admin around this page, so that nobody else is told anything. */
function adminOrigin(): string {
  // The referrer of a framed page is its parent's address; ancestorOrigins says it in Chromium whatever the policy.
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor !== undefined) return ancestor;
  return document.referrer === '' ? '*' : new URL(document.referrer).origin;
}

export function connectToAdmin(isEmbedded: boolean): Port {
  const origin = isEmbedded ? adminOrigin() : location.origin;
  const listeners = new Map<string, ((message: never) => void)[]>();
  const waiting = new Map<number, { resolve(token: string): void; reject(error: Error): void }>();
  let nextCall = 1;

  const on: Port['on'] = (kind, hear) => {
    listeners.set(kind, [...(listeners.get(kind) ?? []), hear as (message: never) => void]);
  };
  const tell = (message: ToAdmin): void => {
    if (isEmbedded) window.parent.postMessage({ channel, message }, origin);
  };
  window.addEventListener('message', (event) => {
    if (!isEmbedded || event.source !== window.parent || !isEnvelope(event.data)) return;
    const message = event.data.message as ToApp;
    for (const hear of listeners.get(message.kind) ?? []) hear(message as never);
  });
  on('token', ({ call, token, error }) => {
    const caller = waiting.get(call);
    waiting.delete(call);
    if (token === null) caller?.reject(new Error(`App Bridge: ${error ?? 'no session token'}`));
    else caller?.resolve(token);
  });
  tell({ kind: 'hello' });
  return {
    tell,
    on,
    token: () => {
      if (!isEmbedded) return new Promise(() => undefined); // As App Bridge outside the admin: never answers.
      return new Promise((resolve, reject) => {
        const call = nextCall++;
        waiting.set(call, { resolve, reject });
        tell({ kind: 'token', call });
      });
    },
  };
}
