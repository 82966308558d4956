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
  showOutputs(form);
}

/** Writes each slider's value beside it. */
export function showOutputs(form: HTMLFormElement): void {
  for (const output of form.querySelectorAll('output')) {
    const field = form.elements.namedItem(output.htmlFor.value);
    if (field instanceof HTMLInputElement) output.value = field.value;
  }
}
