import { flushAddress, readParameter, writeParameters } from '../../address.ts';
import { query } from '../../island.ts';
import { cursor } from '../cursor/cursor.ts';
import {
  formatState,
  parseState,
  type SamplerFacts,
  type SamplerLimits,
  type SamplerState,
  stateParameters,
} from './state.ts';
import { latest, openStudio } from './studio.ts';
import { createView, createWalk, openFilm } from './view.ts';

/** Any of a million seeds: few enough digits to be read out and typed. */
function anySeed(): number {
  return Math.floor(Math.random() * 1e6);
}

/**
 * Calls `redraw` when the cursor has moved, once the sampler is on the screen: playing through the epochs further up
 * does not load the generators of them all.
 */
function redrawInView(root: HTMLElement, redraw: () => void): void {
  let drawn = cursor.value;
  let visible = false;
  const update = () => {
    if (!visible || drawn === cursor.value) return;
    drawn = cursor.value;
    redraw();
  };
  const observer = new IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting ?? false;
    update();
  });
  observer.observe(root);
  cursor.follow(update);
}

/** The state that the form's fields say. */
function readForm(form: HTMLFormElement, limits: SamplerLimits): SamplerState {
  const data = new FormData(form);
  return parseState((name) => data.get(name), limits);
}

/** Puts a state into the form's fields, and its numbers beside the sliders. */
function fillForm(form: HTMLFormElement, state: SamplerState): void {
  for (const [name, value] of Object.entries(formatState(state))) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  }
  showValues(form);
}

/** Writes each slider's value beside it. */
function showValues(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>('[data-shows]')) {
    const field = form.elements.namedItem(place.dataset.shows ?? '');
    if (field instanceof HTMLInputElement) place.textContent = field.value;
  }
}

/** Brings the sampler on the page to life. */
export function openPanel(root: HTMLElement): void {
  // Written by the same build, from a record that it has checked.
  const facts = JSON.parse(root.dataset.facts ?? '') as SamplerFacts;
  const { seed, rows, columns } = facts.grid;
  const limits = { seed, classes: facts.generator.classes, count: rows * columns };
  const form = query(root, 'form', HTMLFormElement);
  const studio = openStudio(facts);
  const view = createView(root, facts);
  const film = openFilm(query(root, '[data-film]', HTMLElement), studio);
  const current = () => readForm(form, limits);

  const fail = (error: unknown) => view.showFault(error instanceof Error ? error.message : String(error));

  const draw = latest(async ({ state, epoch }: { state: SamplerState; epoch: number }) => {
    view.showBusy();
    try {
      view.show(await studio.draw(state, epoch), epoch);
    } catch (error) {
      fail(error);
    }
    // The walk may have gone on meanwhile.
    view.showWalk(current());
  });

  const redraw = () => {
    if (cursor.value !== undefined) draw({ state: current(), epoch: cursor.value });
  };
  /** Follows the form: the address, the walk, and unless only the walk went on, the grid. */
  const follow = (onlyWalked: boolean) => {
    const state = current();
    showValues(form);
    writeParameters(stateParameters(state, limits));
    film.clear();
    view.showWalk(state);
    if (!onlyWalked) redraw();
  };
  const set = (part: Partial<SamplerState>) => {
    fillForm(form, { ...current(), ...part });
    follow(Object.keys(part).every((key) => key === 'at'));
  };

  const walk = createWalk(query(root, '[data-action=walk]', HTMLButtonElement), {
    at: () => current().at,
    go: (at) => set({ at }),
  });
  const copyLink = async () => {
    writeParameters({ epoch: String(cursor.value) });
    flushAddress();
    const link = new URL('#sampler', location.href);
    try {
      await navigator.clipboard.writeText(link.href);
      view.say('The link to just this is copied.');
    } catch {
      view.say('The link could not be copied; it is what the address bar shows.');
    }
  };
  const showFilm = async () => {
    const walked = view.walked(current());
    if (walked) await film.show(walked.picture, walked.step).catch(fail);
  };
  const actions = new Map<string | undefined, () => void>([
    ['resample', () => set({ seed: anySeed() })],
    ['reset', () => set(parseState(() => undefined, limits))],
    ['walk', () => walk.toggle()],
    ['film', () => void showFilm()],
    ['copy', () => void copyLink()],
    ['save', () => view.save()],
  ]);
  let nextEnd: 'from' | 'to' = 'from';
  const click = (event: MouseEvent) => {
    const index = view.indexAt(event);
    if (index !== undefined) {
      set({ [nextEnd]: index });
      nextEnd = nextEnd === 'from' ? 'to' : 'from';
    } else if (event.target instanceof Element) {
      actions.get(event.target.closest('button')?.dataset.action)?.();
    }
  };

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    walk.pause();
    follow(target instanceof HTMLInputElement && target.name === 'at');
  });
  // What was typed badly gives way to what is drawn.
  form.addEventListener('change', () => fillForm(form, current()));
  root.addEventListener('click', click);

  // What was set while the panel was on its way counts where the address says nothing.
  const typed = new FormData(form);
  fillForm(
    form,
    parseState((name) => readParameter(name) ?? typed.get(name), limits),
  );
  follow(true);
  redraw();
  redrawInView(root, redraw);
}
