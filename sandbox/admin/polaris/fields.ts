/** Form fields. Each holds a native control in its shadow root and takes part in the page's form. */

import { iconSvg } from './icons.ts';
import type { Look, PolarisElement } from './look.ts';

const fieldCss = `
:host { display: block; font-size: 13px; line-height: 20px; font-weight: 450; color: #303030; }
label, .label { display: block; margin-bottom: 4px; } :host([labelaccessibilityvisibility="exclusive"]) label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
.box { display: flex; align-items: center; gap: 6px; min-height: 32px; padding: 0 12px; border-radius: 8px; background: #fdfdfd; border: 1px solid #8a8a8a; } .box:hover { border-color: #616161; } .box:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; border-color: #303030; }
.box > :is(input, textarea, select) { all: unset; flex: 1; min-inline-size: 0; padding: 5px 0; line-height: 20px; } textarea { white-space: pre-wrap; }
.affix { color: #616161; } .affix:empty { display: none; }
:host([error]) .box { border-color: #8e0b21; background: #fee9e8; }
:host([disabled]) .box { background: rgba(0,0,0,.05); border-color: transparent; color: #8a8a8a; }
.error { color: #8e0b21; margin-top: 4px; } .error:empty { display: none; } .details { color: #616161; margin-top: 4px; } .details:empty { display: none; }`;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const controlOf = (element: PolarisElement): Control => element.inner<Control>('#control');

const liveValue: PropertyDescriptorMap = {
  value: {
    configurable: true,
    get(this: PolarisElement) {
      return controlOf(this).value;
    },
    set(this: PolarisElement, value: unknown) {
      const text = value === null || value === undefined ? '' : String(value);
      wanted.set(this, text);
      controlOf(this).value = text;
      this.internals.setFormValue(text);
    },
  },
};
/** A select may be given its value before its options arrive. */
const wanted = new WeakMap<PolarisElement, string>();

function connectField(element: PolarisElement, signal: AbortSignal): void {
  const control = controlOf(element);
  if (!wanted.has(element)) control.value = element.text('value');
  element.internals.setFormValue(control.value);
  control.addEventListener(
    'input',
    () => {
      wanted.set(element, control.value);
      element.internals.setFormValue(control.value);
    },
    { signal },
  );
  // `input` crosses the shadow root by itself, `change` does not.
  control.addEventListener('change', () => element.dispatchEvent(new Event('change', { bubbles: true })), {
    signal,
  });
}

function drawField(element: PolarisElement): void {
  const control = controlOf(element);
  element.inner('label').textContent = element.text('label');
  element.inner('.error').textContent = element.text('error');
  element.inner('.details').textContent = element.text('details');
  control.disabled = element.hasAttribute('disabled');
  control.required = element.hasAttribute('required');
  control.setAttribute('aria-invalid', String(element.hasAttribute('error')));
  for (const name of [
    'placeholder',
    'min',
    'max',
    'step',
    'maxlength',
    'minlength',
    'rows',
    'autocomplete',
  ]) {
    const value = element.getAttribute(name);
    if (value === null) control.removeAttribute(name);
    else control.setAttribute(name, value);
  }
  control.toggleAttribute('readonly', element.hasAttribute('readonly'));
  for (const affix of ['prefix', 'suffix']) {
    const holder = element.root.querySelector(`.${affix}`);
    if (holder) holder.textContent = element.text(affix);
  }
}

const fieldHtml = (control: string, after = '') =>
  `<label for="control"></label><div class="box"><span class="affix prefix"></span>${control}<span class="affix suffix"></span>${after}</div><div class="error" id="error" role="alert"></div><div class="details" id="details"></div>`;

/** Only the plain text field has a place for an icon or button at its end. */
const textFieldHtml = fieldHtml(
  '<input id="control" type="text" aria-describedby="error details">',
  '<slot name="accessory"></slot>',
);

const inputLook = (type: string, before = ''): Look => ({
  css: fieldCss,
  html: fieldHtml(`${before}<input id="control" type="${type}" aria-describedby="error details">`),
  isField: true,
  members: liveValue,
  connect: connectField,
  update: drawField,
});

function mirrorOptions(element: PolarisElement): void {
  const select = element.inner<HTMLSelectElement>('select');
  const value = wanted.get(element);
  const toNative = (option: Element): HTMLElement => {
    if (option.localName === 's-option-group') {
      const group = document.createElement('optgroup');
      group.label = option.getAttribute('label') ?? '';
      group.append(...[...option.children].map(toNative));
      return group;
    }
    const native = document.createElement('option');
    native.textContent = option.textContent;
    native.value = option.getAttribute('value') ?? '';
    native.disabled = option.hasAttribute('disabled');
    native.defaultSelected = option.hasAttribute('selected');
    return native;
  };
  const placeholder = element.text('placeholder');
  const first = document.createElement('option');
  first.textContent = placeholder;
  first.value = '';
  select.replaceChildren(
    ...(placeholder ? [first] : []),
    ...[...element.querySelectorAll(':scope > s-option, :scope > s-option-group')].map(toNative),
  );
  // Until something is chosen, the options say themselves which of them is.
  if (value !== undefined && value !== '') select.value = value;
}

const toggleCss = `
:host { display: block; font-size: 13px; line-height: 20px; font-weight: 450; color: #303030; } .line { display: flex; gap: 8px; align-items: flex-start; }
input { accent-color: #303030; inline-size: 16px; block-size: 16px; margin: 2px; flex: none; cursor: pointer; } input:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.error { color: #8e0b21; } .error:empty, .details:empty { display: none; } .details { color: #616161; }
:host([labelaccessibilityvisibility="exclusive"]) label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }`;

const liveChecked: PropertyDescriptorMap = {
  checked: {
    configurable: true,
    get(this: PolarisElement) {
      return this.inner<HTMLInputElement>('#control').checked;
    },
    set(this: PolarisElement, value: unknown) {
      this.inner<HTMLInputElement>('#control').checked = value === true;
      this.internals.setFormValue(value === true ? this.text('value') || 'on' : null);
    },
  },
};

const toggleLook = (extraCss: string): Look => ({
  css: toggleCss + extraCss,
  html: '<div class="line"><input id="control" type="checkbox" aria-describedby="error details"><div><label for="control"></label><div class="details" id="details"></div><div class="error" id="error" role="alert"></div></div></div>',
  isField: true,
  members: liveChecked,
  connect: (element, signal) => {
    const input = element.inner<HTMLInputElement>('#control');
    if (element.hasAttribute('checked')) input.checked = true;
    input.addEventListener(
      'change',
      () => {
        element.internals.setFormValue(input.checked ? element.text('value') || 'on' : null);
        element.dispatchEvent(new Event('change', { bubbles: true }));
      },
      { signal },
    );
  },
  update: (element) => {
    const input = element.inner<HTMLInputElement>('#control');
    element.inner('label').textContent = element.text('label');
    element.inner('.error').textContent = element.text('error');
    element.inner('.details').textContent = element.text('details');
    input.disabled = element.hasAttribute('disabled');
    input.indeterminate = element.hasAttribute('indeterminate');
    if (element.text('accessibilitylabel'))
      input.setAttribute('aria-label', element.text('accessibilitylabel'));
  },
});

/** A choice draws its own radio or checkbox; the list keeps them in step. */
function drawChoices(list: PolarisElement): void {
  const isMany = list.hasAttribute('multiple');
  const choices = [...list.querySelectorAll<PolarisElement>('s-choice')];
  for (const choice of choices) {
    const input = choice.root.querySelector('input');
    if (!input) continue;
    input.type = isMany ? 'checkbox' : 'radio';
    input.disabled = list.hasAttribute('disabled') || choice.hasAttribute('disabled');
    input.checked = choice.hasAttribute('selected');
    // Details and secondary content stand in slots of their own and are no part of the name.
    const ownNodes = [...choice.childNodes].filter((node) => !(node instanceof Element && node.slot !== ''));
    const ownText = ownNodes
      .map((node) => node.textContent ?? '')
      .join('')
      .trim();
    input.setAttribute('aria-label', choice.text('accessibilitylabel') || ownText);
  }
}
const selectedValues = (list: PolarisElement): string[] =>
  [...list.querySelectorAll('s-choice[selected]')].map((choice) => choice.getAttribute('value') ?? '');

export const fieldLooks: Readonly<Record<string, Look>> = {
  's-text-field': { ...inputLook('text'), html: textFieldHtml },
  's-email-field': inputLook('email'),
  's-url-field': inputLook('url'),
  's-password-field': inputLook('password'),
  's-number-field': inputLook('number'),
  's-money-field': inputLook('number', '<span class="affix">$</span>'),
  's-search-field': inputLook('search', iconSvg('search')),
  's-date-field': inputLook('date'),
  's-color-field': inputLook('text'),
  's-date-picker': { ...inputLook('date'), update: () => undefined },
  's-color-picker': { ...inputLook('color'), update: () => undefined },
  's-text-area': {
    ...inputLook('text'),
    html: fieldHtml('<textarea id="control" aria-describedby="error details"></textarea>'),
  },
  's-select': {
    css: `${fieldCss} .box { padding-inline: 12px 8px; position: relative; } .box svg { pointer-events: none; } select { cursor: pointer; inline-size: 100%; }`,
    html: fieldHtml(
      `<select id="control" aria-describedby="error details"></select>${iconSvg('chevron-down')}`,
    ),
    isField: true,
    members: liveValue,
    connect: (element, signal) => {
      const options = new MutationObserver(() => mirrorOptions(element));
      options.observe(element, { childList: true, subtree: true, attributes: true, characterData: true });
      signal.addEventListener('abort', () => options.disconnect());
      if (element.hasAttribute('value') && !wanted.has(element)) wanted.set(element, element.text('value'));
      mirrorOptions(element);
      connectField(element, signal);
      if (wanted.has(element)) controlOf(element).value = wanted.get(element) ?? '';
    },
    update: drawField,
  },
  's-option': { css: ':host { display: none; }' },
  's-option-group': { css: ':host { display: none; }' },
  's-checkbox': toggleLook(''),
  's-switch': toggleLook(
    'input { appearance: none; inline-size: 32px; block-size: 20px; border-radius: 10px; background: #8a8a8a; position: relative; transition: background .15s; margin: 0; } input::after { content: ""; position: absolute; inset: 3px auto 3px 3px; inline-size: 14px; border-radius: 50%; background: #fff; transition: transform .15s; } input:checked { background: #303030; } input:checked::after { transform: translateX(12px); }',
  ),
  's-choice-list': {
    css: `${toggleCss} fieldset { border: 0; margin: 0; padding: 0; } legend { padding: 0; margin-bottom: 4px; font-weight: 550; } :host([labelaccessibilityvisibility="exclusive"]) legend { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); } .list { display: grid; gap: 8px; }`,
    html: '<fieldset><legend></legend><div class="list"><slot></slot></div><div class="details"></div><div class="error" role="alert"></div></fieldset>',
    isField: true,
    members: {
      values: {
        configurable: true,
        get(this: PolarisElement) {
          return selectedValues(this);
        },
        set(this: PolarisElement, values: unknown) {
          const chosen = Array.isArray(values) ? values.map(String) : [];
          for (const choice of this.querySelectorAll('s-choice')) {
            choice.toggleAttribute('selected', chosen.includes(choice.getAttribute('value') ?? ''));
          }
          drawChoices(this);
        },
      },
    },
    connect: (list, signal) => {
      list.addEventListener(
        'choose',
        (event) => {
          const chosen = event.target;
          if (!(chosen instanceof HTMLElement)) return;
          const isMany = list.hasAttribute('multiple');
          for (const choice of list.querySelectorAll('s-choice')) {
            if (choice === chosen)
              choice.toggleAttribute('selected', isMany ? !choice.hasAttribute('selected') : true);
            else if (!isMany) choice.removeAttribute('selected');
          }
          drawChoices(list);
          list.dispatchEvent(new Event('input', { bubbles: true }));
          list.dispatchEvent(new Event('change', { bubbles: true }));
        },
        { signal },
      );
      const choices = new MutationObserver(() => drawChoices(list));
      choices.observe(list, { childList: true, subtree: true });
      signal.addEventListener('abort', () => choices.disconnect());
      queueMicrotask(() => drawChoices(list));
    },
    update: (list) => {
      list.inner('legend').textContent = list.text('label');
      list.inner('.details').textContent = list.text('details');
      list.inner('.error').textContent = list.text('error');
    },
  },
  's-choice': {
    css: toggleCss,
    html: '<label class="line"><input type="radio"><div><slot></slot><div class="details"><slot name="details"></slot></div><slot name="secondary-content"></slot></div></label>',
    connect: (element, signal) => {
      element
        .inner('input')
        .addEventListener(
          'click',
          () => element.dispatchEvent(new CustomEvent('choose', { bubbles: true })),
          { signal },
        );
    },
  },
  's-drop-zone': {
    css: `${toggleCss} .zone { display: grid; place-items: center; min-block-size: 96px; border: 1px dashed #8a8a8a; border-radius: 8px; color: #616161; cursor: pointer; position: relative; } .zone input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; opacity: 0; cursor: pointer; margin: 0; } .zone:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }`,
    html: '<label for="control"></label><div class="zone"><input id="control" type="file"><slot>Add files</slot></div><div class="error" role="alert"></div>',
    isField: true,
    members: {
      files: {
        configurable: true,
        get(this: PolarisElement) {
          return [...(this.inner<HTMLInputElement>('input').files ?? [])];
        },
      },
    },
    connect: (element, signal) => {
      element
        .inner('input')
        .addEventListener('change', () => element.dispatchEvent(new Event('change', { bubbles: true })), {
          signal,
        });
    },
    update: (element) => {
      const input = element.inner<HTMLInputElement>('input');
      element.inner('label').textContent = element.text('label');
      element.inner('.error').textContent = element.text('error');
      input.accept = element.text('accept');
      input.multiple = element.hasAttribute('multiple');
      input.disabled = element.hasAttribute('disabled');
      input.setAttribute(
        'aria-label',
        element.text('accessibilitylabel') || element.text('label') || 'Add files',
      );
    },
  },
};
