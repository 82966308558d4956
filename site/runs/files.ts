import { epochPaths, type Run } from '../../trainer/artifacts/schema.ts';
import { withBase } from '../with-base.ts';

/** Folder of the site that holds the published files of every run. */
export const dataFolder = 'data';

/**
 * The files of a run that the site publishes, as paths inside its folder: its own record, and what that lists, which the
 * schema bounds.
 */
export function publishedFiles(run: Pick<Run, 'files'>): string[] {
  return ['run.json', ...run.files.map((file) => file.path)];
}

type Listed = Run['files'][number];
const byPath = new WeakMap<Run['files'], ReadonlyMap<string, Listed>>();

/** What a run lists of a file. A page asks for each of tens of thousands. */
function listedAt({ files }: Run, path: string): Listed | undefined {
  const known = byPath.get(files) ?? new Map(files.map((file) => [file.path, file]));
  byPath.set(files, known);
  return known.get(path);
}

/** Address of a run's file. The checksum in it lets a retrained run replace what browsers have cached. */
export function fileUrl(run: Run, path: string): string {
  const file = listedAt(run, path);
  const address = withBase(`${dataFolder}/${run.name}/${path}`);
  return file ? `${address}?v=${file.sha256.slice(0, 8)}` : address;
}

export interface Download {
  readonly path: string;
  /** What it is, where its name does not say so. */
  readonly what: string;
  readonly bytes: number | undefined;
  readonly url: string;
}

export interface Downloads {
  readonly records: readonly Download[];
  /** In the order of the epochs, those of raw weights behind those of averaged ones. */
  readonly grids: readonly Download[];
  /** The generators, newest first. */
  readonly models: readonly { readonly epoch: number; readonly files: readonly Download[] }[];
}

/** Name of a zip: that of one epoch's generator, or of something of the whole run. */
export function zipName(run: Pick<Run, 'name'>, content: number | string): string {
  const what = typeof content === 'number' ? `epoch-${String(content).padStart(4, '0')}` : content;
  return `${run.name}-${what}.zip`;
}

/** What a visitor may want to take home. */
export function downloads(run: Run): Downloads {
  const download = (path: string, what: string): Download => ({
    path,
    what,
    bytes: listedAt(run, path)?.bytes,
    url: fileUrl(run, path),
  });
  const pairs = run.evaluation?.pairs.picture;
  const records = [
    download('run.json', 'configuration, provenance and list of files'),
    ...(listedAt(run, 'history.json') ? [download('history.json', 'every number behind the curves')] : []),
    ...(listedAt(run, 'reals.png') ? [download('reals.png', 'the grid of real digits')] : []),
    ...(pairs ? [download(pairs, 'samples above the training digits most like them')] : []),
  ];
  const models = run.epochs.flatMap(({ epoch, model }) => {
    if (model === null) return [];
    return [{ epoch, files: [model, epochPaths(epoch).weights].map((path) => download(path, '')) }];
  });
  const grids = run.epochs.flatMap(({ grid, rawGrid }) => [
    download(grid, ''),
    ...(rawGrid ? [download(rawGrid, 'weights as they are')] : []),
  ]);
  return { records, grids, models: models.reverse() };
}
