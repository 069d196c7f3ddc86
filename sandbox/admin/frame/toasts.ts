import type { ToAdmin, ToApp } from '../bridge/protocol.ts';
import { iconSvg } from '../polaris/icons.ts';

type ToastMessage = Extract<ToAdmin, { kind: 'toast' }>;

/** Toasts at the foot of the admin: the newest below, each gone after its time or when dismissed. */
export function createToasts(
  holder: HTMLElement,
  tell: (message: ToApp) => void,
): { show(toast: ToastMessage): void; hide(id: string): void } {
  const shown = new Map<string, { element: HTMLElement; timer: number }>();
  const hide = (id: string): void => {
    const toast = shown.get(id);
    if (!toast) return;
    clearTimeout(toast.timer);
    toast.element.remove();
    shown.delete(id);
    tell({ kind: 'toast-dismiss', id });
  };
  const show = (toast: ToastMessage): void => {
    const element = document.createElement('div');
    element.className = toast.isError ? 'toast error' : 'toast';
    const words = document.createElement('span');
    words.textContent = toast.message;
    element.append(words);
    if (toast.action !== null) {
      const action = document.createElement('button');
      action.className = 'act';
      action.textContent = toast.action;
      action.addEventListener('click', () => {
        tell({ kind: 'toast-action', id: toast.id });
        hide(toast.id);
      });
      element.append(action);
    }
    const close = document.createElement('button');
    close.setAttribute('aria-label', 'Dismiss');
    close.innerHTML = iconSvg('x', 16);
    close.addEventListener('click', () => hide(toast.id));
    element.append(close);
    holder.append(element);
    shown.set(toast.id, { element, timer: window.setTimeout(() => hide(toast.id), toast.durationMs) });
  };
  return { show, hide };
}
