import { formatState, parseState, type SamplerLimits, type SamplerState } from './state.ts';

/** The state that the form's fields say. */
export function readForm(form: HTMLFormElement, limits: SamplerLimits): SamplerState {
  const data = new FormData(form);
  return parseState((name) => data.get(name), limits);
}

/** Puts a state into the form's fields, and its numbers beside the sliders. */
export function fillForm(form: HTMLFormElement, state: SamplerState): void {
  for (const [name, value] of Object.entries(formatState(state))) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  }
  showValues(form);
}

/** Writes each slider's value beside it. */
export function showValues(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>('[data-shows]')) {
    const field = form.elements.namedItem(place.dataset.shows ?? '');
    if (field instanceof HTMLInputElement) place.textContent = field.value;
  }
}
