/** The table, which becomes a list where it is narrow: each header says which place its cells take there. */

import { iconSvg } from './icons.ts';
import { type Look, type PolarisElement, say } from './look.ts';

const narrowPx = 520;

/** Tells every cell its column: label, place in the list, whether numbers stand at its end. */
function labelCells(table: PolarisElement): void {
  const headers = [...table.querySelectorAll<HTMLElement>('s-table-header')];
  for (const row of table.querySelectorAll('s-table-row')) {
    [...row.children].forEach((cell, index) => {
      const header = headers[index];
      if (!(cell instanceof HTMLElement) || !header) return;
      cell.dataset['slot'] = header.getAttribute('listslot') ?? (index === 0 ? 'primary' : 'labeled');
      cell.dataset['label'] = header.textContent?.trim() ?? '';
      cell.dataset['format'] = header.getAttribute('format') ?? 'base';
    });
  }
  for (const header of headers) header.dataset['format'] = header.getAttribute('format') ?? 'base';
  const variant = table.dataset['variant'] ?? 'table';
  for (const part of table.querySelectorAll<HTMLElement>(
    's-table-header-row, s-table-body, s-table-row, s-table-cell',
  )) {
    part.dataset['variant'] = variant;
  }
}

const interactive =
  'a, button, input, select, textarea, s-button, s-link, s-checkbox, s-clickable, s-press-button, s-switch';

export const tableLooks: Readonly<Record<string, Look>> = {
  's-table': {
    css: `:host { display: block; font-size: 13px; line-height: 20px; font-weight: 450; color: #303030; }
.filters { padding: 8px 12px; border-bottom: 1px solid #ebebeb; } .filters.none { display: none; }
.scroll { overflow-x: auto; position: relative; } .table { display: table; inline-size: 100%; border-collapse: collapse; }
:host([data-variant="list"]) .table { display: block; } :host([loading]) .table { opacity: .5; } .busy { display: none; position: absolute; inset: 0 0 auto; block-size: 2px; overflow: hidden; } :host([loading]) .busy { display: block; } .busy::before { content: ""; display: block; block-size: 2px; inline-size: 30%; background: #303030; animation: slide 1s ease-in-out infinite alternate; } @keyframes slide { to { margin-inline-start: 70%; } }
.pages { display: none; justify-content: center; align-items: center; gap: 1px; padding: 8px; background: #f7f7f7; border-top: 1px solid #ebebeb; } :host([paginate]) .pages { display: flex; }
.pages button { all: unset; cursor: pointer; inline-size: 28px; block-size: 28px; display: grid; place-items: center; background: #e3e3e3; color: #303030; } .pages button:first-child { border-radius: 8px 0 0 8px; } .pages button:last-child { border-radius: 0 8px 8px 0; } .pages button:hover { background: #d4d4d4; } .pages button:disabled { cursor: default; color: #b5b5b5; background: #ebebeb; } .pages button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }`,
    html: `<div class="filters none"><slot name="filters"></slot></div><div class="scroll"><div class="busy"></div><div class="table" role="table"><slot></slot></div></div><div class="pages"><button class="previous" aria-label="Previous page">${iconSvg('chevron-left')}</button><button class="next" aria-label="Next page">${iconSvg('chevron-right')}</button></div>`,
    connect: (table, signal) => {
      const filters = table.inner<HTMLSlotElement>('slot[name="filters"]');
      const place = () =>
        table.inner('.filters').classList.toggle('none', filters.assignedElements().length === 0);
      filters.addEventListener('slotchange', place, { signal });
      place();
      const content = new MutationObserver(() => labelCells(table));
      content.observe(table, { childList: true, subtree: true, characterData: true });
      const size = new ResizeObserver(() => {
        const isList =
          table.text('variant') === 'list' || (table.clientWidth > 0 && table.clientWidth < narrowPx);
        table.dataset['variant'] = isList ? 'list' : 'table';
        labelCells(table);
      });
      size.observe(table);
      table.inner('.previous').addEventListener('click', () => say(table, 'previouspage'), { signal });
      table.inner('.next').addEventListener('click', () => say(table, 'nextpage'), { signal });
      signal.addEventListener('abort', () => {
        content.disconnect();
        size.disconnect();
      });
      labelCells(table);
    },
    update: (table) => {
      table.inner<HTMLButtonElement>('.previous').disabled = !table.hasAttribute('haspreviouspage');
      table.inner<HTMLButtonElement>('.next').disabled = !table.hasAttribute('hasnextpage');
      table.inner('.table').setAttribute('aria-busy', String(table.hasAttribute('loading')));
    },
  },
  's-table-header-row': {
    css: ':host { display: table-row; background: #f7f7f7; } :host([data-variant="list"]) { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }',
    hostAttributes: { role: 'row' },
  },
  's-table-header': {
    css: ':host { display: table-cell; padding: 6px 6px; font-size: 12px; line-height: 16px; font-weight: 550; color: #616161; text-align: start; white-space: nowrap; border-bottom: 1px solid #ebebeb; } :host(:first-child) { padding-inline-start: 12px; } :host(:last-child) { padding-inline-end: 12px; } :host([data-format="numeric"]), :host([data-format="currency"]) { text-align: end; }',
    hostAttributes: { role: 'columnheader' },
  },
  's-table-body': {
    css: ':host { display: table-row-group; } :host([data-variant="list"]) { display: block; }',
    hostAttributes: { role: 'rowgroup' },
  },
  's-table-row': {
    css: `:host { display: table-row; background: #fff; } :host([clickdelegate]) { cursor: pointer; } :host([clickdelegate]:hover) { background: #f7f7f7; }
:host([data-variant="list"]) { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 12px; padding: 12px; border-bottom: 1px solid #ebebeb; align-items: center; }`,
    hostAttributes: { role: 'row' },
    connect: (row, signal) => {
      row.addEventListener(
        'click',
        (event) => {
          const delegate = row.text('clickdelegate');
          const isOnControl = event.target instanceof Element && event.target.closest(interactive) !== null;
          if (delegate === '' || isOnControl || (getSelection()?.toString() ?? '') !== '') return;
          document.getElementById(delegate)?.click();
        },
        { signal },
      );
    },
  },
  's-table-cell': {
    css: `:host { display: table-cell; padding: 8px 6px; vertical-align: middle; border-bottom: 1px solid #ebebeb; } :host(:first-child) { padding-inline-start: 12px; } :host(:last-child) { padding-inline-end: 12px; } :host([data-format="numeric"]), :host([data-format="currency"]) { text-align: end; font-variant-numeric: tabular-nums; }
:host([data-variant="list"]) { display: block; border: 0; padding: 0; text-align: start; grid-column: 1 / -1; min-inline-size: 0; } 
:host([data-variant="list"][data-slot="primary"]) { grid-column: 1; grid-row: 1; font-weight: 550; }
:host([data-variant="list"][data-slot="inline"]) { grid-column: 2; grid-row: 1; justify-self: end; }
:host([data-variant="list"][data-slot="secondary"]) { color: #616161; }
:host([data-variant="list"][data-slot="kicker"]) { color: #616161; font-size: 12px; }
:host([data-variant="list"][data-slot="labeled"])::before { content: attr(data-label) ": "; color: #616161; }`,
    hostAttributes: { role: 'cell' },
  },
};
