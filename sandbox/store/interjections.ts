/** Lets a merchant act at a chosen moment of somebody else's work. */
export type Moment =
  /** Before or after the API carries out an operation of this name, or one that has this root field. */
  | { readonly before: string }
  | { readonly after: string }
  /** Before staged bytes are taken, before the CDN sends bytes. */
  | { readonly on: 'upload' | 'cdn' };

export interface Interjections {
  /** Runs the action once, the first time the moment comes; the answer calls it off. */
  add(moment: Moment, action: () => void | Promise<void>): () => void;
  /** For the rooms of the sandbox: the moment has come. */
  reach(kind: 'before' | 'after', names: readonly (string | null)[]): Promise<void>;
  reachHost(host: 'upload' | 'cdn'): Promise<void>;
}

export function createInterjections(): Interjections {
  let waiting: { readonly key: string; readonly action: () => void | Promise<void> }[] = [];

  async function run(keys: readonly string[]): Promise<void> {
    if (waiting.length === 0) return;
    const due = waiting.filter((one) => keys.includes(one.key));
    waiting = waiting.filter((one) => !due.includes(one));
    for (const one of due) await one.action();
  }

  const keyOf = (moment: Moment): string => {
    if ('on' in moment) return `on ${moment.on}`;
    return 'before' in moment ? `before ${moment.before}` : `after ${moment.after}`;
  };

  return {
    add(moment, action) {
      const entry = { key: keyOf(moment), action };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    reach: (kind, names) => run(names.map((name) => `${kind} ${name}`)),
    reachHost: (host) => run([`on ${host}`]),
  };
}
