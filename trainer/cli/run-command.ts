import process from 'node:process';
import { exitCodes, FailedError, fileFault, InputError, unknownName } from '../errors.ts';
import { formatColumns, HelpRequest } from './flags.ts';

export interface Command {
  /** What it does, in one line of the help. */
  summary: string;
  /** @returns the exit code */
  run(argv: string[]): Promise<number>;
}

/** Where the words go; tests give their own. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Runs the command that the first argument names, and turns whatever it throws into one sentence.
 *
 * @returns the exit code, for `process.exitCode`
 */
export async function runMain(
  commands: Readonly<Record<string, Command>>,
  argv: readonly string[],
  output: Output = processOutput(),
): Promise<number> {
  const [name, ...flags] = argv;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      output.out(listCommands(commands));
      return name === undefined ? exitCodes.badInput : exitCodes.done;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new InputError(unknownName('command', name, Object.keys(commands)));
    return await command.run(flags);
  } catch (error) {
    if (error instanceof HelpRequest) {
      output.out(
        `Usage: npm run ${name} -- [flags]\n\n${commands[name ?? '']?.summary}\n\n${error.message}\n`,
      );
      return exitCodes.done;
    }
    output.err(explain(error));
    return error instanceof InputError ? exitCodes.badInput : exitCodes.failed;
  }
}

function listCommands(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => ({ left: `  ${name}`, right: summary }));
  return `Usage: npm run COMMAND -- [flags]\n\n${formatColumns(rows)}\n\nEach lists its flags with --help.\n`;
}

/** What a person is told of an error: its sentence, and for one that nobody foresaw how to see more. */
export function explain(error: unknown, { debug = Boolean(process.env.INKLING_DEBUG) } = {}): string {
  const message = error instanceof Error ? error.message : String(error);
  if (debug && error instanceof Error) return `inkling: ${error.stack ?? message}\n`;
  if (error instanceof InputError || error instanceof FailedError) return `inkling: ${message}\n`;
  const fault = fileFault(error);
  if (fault !== undefined) return `inkling: ${fault}\n`;
  const [firstLine = ''] = message.split('\n');
  return `inkling: unexpected: ${firstLine || 'an error without a message'}\nINKLING_DEBUG=1 shows where it happened.\n`;
}

/**
 * From here on a reader that goes away (`| head`), a terminal that was closed or a disk that is full under the log ends
 * the words and not the work.
 */
export function outliveOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** The process's own streams, which may break; an error that nobody awaited is told like any other. */
function processOutput(): Output {
  outliveOutputs();
  const output: Output = {
    out: (text) => void process.stdout.write(text),
    // A progress line may stand on the terminal's last line.
    err: (text) => void process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}` : text),
  };
  process.on('uncaughtException', (error) => {
    output.err(explain(error));
    process.exit(exitCodes.failed);
  });
  return output;
}
