import type { APIRoute, GetStaticPaths } from 'astro';
import type { ComparedRun } from '../../../features/compare/record.ts';
import { toComparedRun } from '../../../features/compare/to-record.ts';
import { comparableRuns } from '../../../runs/load.ts';

interface Props extends Record<string, unknown> {
  compared: ComparedRun;
}

export const getStaticPaths = (async () =>
  (await comparableRuns()).map((entry) => ({
    params: { name: entry.name },
    props: { compared: toComparedRun(entry) },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<Props> = ({ props }) => Response.json(props.compared);
