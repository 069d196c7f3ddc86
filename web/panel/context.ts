import { createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { Api, LiveSignal } from './api.ts';
import type { Words } from './strings.ts';

export interface Panel {
  readonly api: Api;
  readonly words: Words;
  /** Hears the one live stream that all pages share. */
  readonly listen: (hear: (signal: LiveSignal) => void) => () => void;
  readonly toast: (message: string, isError?: boolean) => void;
}

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error('PanelContext is missing');
  return panel;
}

/** Calls `hear` with each signal while the component is shown; always the newest `hear`. */
export function useLive(hear: (signal: LiveSignal) => void): void {
  const { listen } = usePanel();
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => listen((signal) => latest.current(signal)), [listen]);
}
