/**
 * Line drawings on a 20×20 field for the icons that the app uses, drawn for this project. A name without a drawing
 * is shown as a ring, so that a page never shows a hole.
 */
const drawings: Readonly<Record<string, string>> = {
  'alert-triangle': '<path d="M10 3.5 17 16H3Z"/><path d="M10 8.5v3.5M10 14h.01"/>',
  'alert-circle': '<circle cx="10" cy="10" r="6.75"/><path d="M10 6.75v4M10 13.2h.01"/>',
  'alert-diamond': '<path d="m10 3 7 7-7 7-7-7Z"/><path d="M10 7v3.5M10 12.9h.01"/>',
  'alert-octagon':
    '<path d="M7.2 3.5h5.6l3.7 3.7v5.6l-3.7 3.7H7.2l-3.7-3.7V7.2Z"/><path d="M10 7v3.5M10 12.9h.01"/>',
  'arrow-down': '<path d="M10 4v12m0 0 4.5-4.5M10 16l-4.5-4.5"/>',
  'arrow-left': '<path d="M16 10H4m0 0 4.5-4.5M4 10l4.5 4.5"/>',
  'arrow-right': '<path d="M4 10h12m0 0-4.5-4.5M16 10l-4.5 4.5"/>',
  'arrow-up': '<path d="M10 16V4m0 0L5.5 8.5M10 4l4.5 4.5"/>',
  check: '<path d="m5 10.5 3.4 3.4L15.2 7"/>',
  'check-circle': '<circle cx="10" cy="10" r="6.75"/><path d="m7.2 10.2 2 2 3.6-4"/>',
  'chevron-down': '<path d="m6 8 4 4 4-4"/>',
  'chevron-left': '<path d="m12 6-4 4 4 4"/>',
  'chevron-right': '<path d="m8 6 4 4-4 4"/>',
  'chevron-up': '<path d="m6 12 4-4 4 4"/>',
  clock: '<circle cx="10" cy="10" r="6.75"/><path d="M10 6.5V10l2.4 1.6"/>',
  content: '<rect x="3.5" y="4.5" width="13" height="11" rx="2"/><path d="M6.5 8h7M6.5 11h4.5"/>',
  delete: '<path d="M4.5 6h11M8 6V4.5h4V6m2.5 0-.6 9.2H6.1L5.5 6M8.5 8.8v3.6m3-3.6v3.6"/>',
  discount:
    '<path d="m10 3.5 2 1.6 2.6-.1.6 2.5 2.1 1.5-1 2.4 1 2.4"/><path d="M7.5 12.5l5-5M7.7 7.8h.01M12.3 12.2h.01"/><circle cx="10" cy="10" r="6.75"/>',
  edit: '<path d="m4 16 .8-3.4L12.9 4.4a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3l-8.2 8.1Z"/>',
  external:
    '<path d="M8.5 5.5H6A1.5 1.5 0 0 0 4.5 7v7A1.5 1.5 0 0 0 6 15.5h7A1.5 1.5 0 0 0 14.5 14v-2.5M11 4.5h4.5V9m0-4.5-6 6"/>',
  filter: '<path d="M4 6h12M6.5 10h7M9 14h2"/>',
  home: '<path d="M4 8.7 10 4l6 4.7V15a1 1 0 0 1-1 1h-3v-4H8v4H5a1 1 0 0 1-1-1Z"/>',
  image:
    '<rect x="3.5" y="4" width="13" height="12" rx="2"/><circle cx="7.5" cy="8" r="1.2"/><path d="m4 14 3.8-3.5 2.7 2.5 2.5-2.5 3.5 3.2"/>',
  'image-magic':
    '<path d="M16.5 10v4a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2H10"/><path d="m4 14 3.8-3.5 2.7 2.5 2.5-2.5 3 2.7"/><path d="m15 2.800.8 1.9 1.900.8-1.900.8-.8 1.9-.8-1.9-1.9-.8 1.9-.8Z"/>',
  info: '<circle cx="10" cy="10" r="6.75"/><path d="M10 9.3v4M10 6.8h.01"/>',
  'in-progress':
    '<circle cx="10" cy="10" r="6.75"/><path d="M10 3.25a6.75 6.75 0 0 1 0 13.5Z" fill="currentColor"/>',
  'menu-horizontal': '<path d="M5 10h.01M10 10h.01M15 10h.01" stroke-width="2.2"/>',
  minus: '<path d="M5 10h10"/>',
  order: '<path d="M4 4.5h12v11l-2-1-2 1-2-1-2 1-2-1-2 1Z"/><path d="M7 8h6M7 11h4"/>',
  person: '<circle cx="10" cy="7" r="2.9"/><path d="M4.5 16c.5-3 2.7-4.5 5.5-4.5s5 1.5 5.5 4.5"/>',
  plus: '<path d="M10 5v10M5 10h10"/>',
  product:
    '<path d="M10.7 3.5h4.8a1 1 0 0 1 1 1v4.8a1.5 1.5 0 0 1-.4 1l-5.7 5.7a1.5 1.5 0 0 1-2.1 0l-4.3-4.3a1.5 1.5 0 0 1 0-2.1l5.7-5.7a1.5 1.5 0 0 1 1-.4Z"/><circle cx="13.2" cy="6.8" r=".9"/>',
  'question-circle':
    '<circle cx="10" cy="10" r="6.75"/><path d="M8.2 8.2a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.9.7-.9 1.3M10 13.4h.01"/>',
  refresh:
    '<path d="M15.5 8.5a5.8 5.8 0 0 0-10.6-1M4.5 11.5a5.8 5.8 0 0 0 10.6 1M4.5 4.5v3.2h3.2M15.5 15.5v-3.2h-3.2"/>',
  search: '<circle cx="9" cy="9" r="4.75"/><path d="m12.6 12.6 3.6 3.6"/>',
  settings:
    '<circle cx="10" cy="10" r="2.3"/><path d="M10 3.5v2M10 14.5v2M3.5 10h2M14.5 10h2M5.4 5.4l1.4 1.4M13.2 13.2l1.4 1.4M14.6 5.4l-1.4 1.4M6.8 13.2l-1.4 1.4"/>',
  'chart-vertical': '<path d="M4 16h12M6 16V9.5M10 16V5M14 16v-4"/>',
  store:
    '<path d="M4.5 8v7a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V8M3.5 7.5 5 4h10l1.5 3.5a2.2 2.2 0 0 1-4.300.3 2.2 2.2 0 0 1-4.4 0 2.2 2.2 0 0 1-4.3-.3Z"/>',
  target: '<circle cx="10" cy="10" r="6.75"/><circle cx="10" cy="10" r="2.5"/>',
  undo: '<path d="M7.5 4.5 4 8l3.5 3.5M4.5 8H12a4 4 0 0 1 0 8H8"/>',
  'clock-revert': '<path d="M4.2 6.5A6.75 6.75 0 1 1 3.25 10M4 3.5v3.2h3.2M10 6.8V10l2.3 1.5"/>',
  view: '<path d="M2.8 10S5.3 5.3 10 5.3 17.2 10 17.2 10 14.7 14.7 10 14.7 2.8 10 2.8 10Z"/><circle cx="10" cy="10" r="2.2"/>',
  x: '<path d="m5.5 5.5 9 9m0-9-9 9"/>',
  megaphone: '<path d="M4 8.5v3l8.5 3.5V5Zm3 4 .8 3.5h1.7l-.8-2.8M14.8 8.3a2.4 2.4 0 0 1 0 3.4"/>',
  globe:
    '<circle cx="10" cy="10" r="6.75"/><path d="M3.25 10h13.5M10 3.25c2.5 2 2.5 11.5 0 13.5-2.5-2-2.5-11.5 0-13.5Z"/>',
  notification: '<path d="M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1 1h-11ZM8.3 16.5a1.9 1.9 0 0 0 3.4 0"/>',
  apps: '<rect x="4" y="4" width="5" height="5" rx="1.2"/><rect x="11" y="4" width="5" height="5" rx="1.2"/><rect x="4" y="11" width="5" height="5" rx="1.2"/><path d="M13.5 11v5M11 13.5h5"/>',
};

/** An SVG of the named icon in the current colour, hidden from assistive technology. */
export function iconSvg(name: string, sizePx = 20): string {
  const drawing = drawings[name] ?? '<circle cx="10" cy="10" r="4"/>';
  return `<svg viewBox="0 0 20 20" width="${sizePx}" height="${sizePx}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${drawing}</svg>`;
}

export const drawnIcons: readonly string[] = Object.keys(drawings);
