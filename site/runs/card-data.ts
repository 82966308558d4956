import type { ListedRun } from './load.ts';
import { headlineScore } from './score.ts';

/** What a card tells the island that sorts and filters: data attributes of its list item. */
export function cardData({
  name,
  run,
  status,
}: ListedRun): Record<`data-${string}`, string | number | undefined> {
  if (!run) return { 'data-name': name, 'data-status': 'broken' };
  return {
    'data-name': name,
    'data-recipe': run.recipe,
    'data-status': status,
    'data-device': run.engine.device,
    'data-seconds': run.seconds,
    'data-score': headlineScore(run),
  };
}
