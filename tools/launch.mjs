// @ts-check
// Runs one of Inkling's commands from a bare clone: installs what is missing, picks a Node that runs
// TypeScript, starts the command. Plain JavaScript without dependencies, because it comes before them.
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runSteps } from './launcher/child.mjs';
import { Problem, rememberWhere, say } from './launcher/command-line.mjs';
import { commandNamed } from './launcher/commands.mjs';
import { ensureInstalled } from './launcher/install.mjs';
import { chooseNode, judgeFolder, judgeMachine, thisMachine } from './launcher/machine.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string[]} argv the command and its flags
 * @returns {Promise<number>} the exit code
 */
async function launch([name = '', ...given]) {
  rememberWhere(root);
  const { steps, trains = false, vite } = commandNamed(name);
  const machine = thisMachine();
  judgeFolder(name, vite, root);
  judgeMachine(name, trains, machine);
  await ensureInstalled(root);
  // Other runners than npm pass the `--` on that ends their own flags.
  const flags = given[0] === '--' ? given.slice(1) : given;
  return await runSteps(steps(flags), { root, node: chooseNode(root, machine) });
}

// A reader that went away or a full disk under the log ends nothing but the words.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error) || process.env.INKLING_DEBUG) throw error;
  say(error.message);
  process.exitCode = error instanceof Problem ? error.exitCode : 1;
}
