import { findRun } from '../artifacts/reader.ts';
import { scoreRun } from '../artifacts/writer.ts';
import { formatCount, formatDuration } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import type { Reporter } from '../cli/progress.ts';
import type { DigitData } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes, fileFault, firstLine } from '../errors.ts';
import { finalSamples } from '../metrics/names.ts';
import { publishedModel } from './draw.ts';
import { evaluateGenerator, findingsOf } from './evaluation.ts';
import { evaluateCommand } from './shared.ts';

/**
 * Scores a run that has just finished, without TSTR, so that every run has its scores. The run is whole already: an
 * error or Ctrl-C leaves it as it is, and is told in a note.
 *
 * @returns the exit code
 */
export async function scoreFinished({
  artifacts,
  name,
  digits,
  threads,
  reporter,
}: {
  readonly artifacts: string;
  readonly name: string;
  /** MNIST, whole. */
  readonly digits: DigitData;
  readonly threads: number;
  readonly reporter: Pick<Reporter, 'note'>;
}): Promise<number> {
  const command = evaluateCommand(name, artifacts);
  const interrupt = onInterrupt({ say: () => reporter.note('leaving the scores out') });
  const engine = startEngine(await chooseEngine({ engine: 'cpu', threads }));
  // Its thread may be seconds away from the end of what it does.
  interrupt.signal.addEventListener('abort', () => void engine.dispose());
  try {
    reporter.note(
      `scoring ${formatCount(finalSamples)} digits against the test digits; Ctrl-C leaves the run without scores`,
    );
    const start = performance.now();
    const found = await findRun(artifacts, name);
    const published = publishedModel(found.run, undefined);
    const onStage = () => interrupt.signal.throwIfAborted();
    const evaluated = await evaluateGenerator({
      ...{ engine, found, published, digits, samples: finalSamples, tstr: false, onStage },
    });
    await scoreRun(artifacts, name, findingsOf(evaluated));
    const { fcd, precision, recall } = evaluated.scores;
    reporter.note(
      `FCD-MNIST ${fcd.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, ` +
        `in ${formatDuration((performance.now() - start) / 1000)}; all scores, beside anchors: ${command}`,
    );
    return exitCodes.done;
  } catch (error) {
    const reason = interrupt.stopping ? 'stopped by the user' : (fileFault(error) ?? firstLine(error));
    reporter.note(
      `${name} is finished, but not scored (${reason.replace(/\.$/, '')}); to score it: ${command}`,
    );
    return interrupt.stopping ? interrupt.exitCode : exitCodes.done;
  } finally {
    interrupt.dispose();
    await engine.dispose();
  }
}
