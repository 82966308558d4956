import { createStore } from './store.ts';

/** The epoch that is looked at: everything on the page that shows an epoch follows it. */
export const cursor = createStore<number>();
